#include "types/fit_avx2.h"
#include "types/q2_k/encode.h"

void lk_q2_k_encode_avx2(LK_ENCODE_PARAMETERS) {
    lk_q2_k_encode_row(dst, src, importance, n);
}
