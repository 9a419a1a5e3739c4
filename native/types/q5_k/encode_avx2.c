#include "types/fit_avx2.h"
#include "types/q5_k/encode.h"

void lk_q5_k_encode_avx2(LK_ENCODE_PARAMETERS) {
    lk_q5_k_encode_row(dst, src, importance, n);
}
