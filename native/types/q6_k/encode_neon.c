#include "types/fit_neon.h"
#include "types/q6_k/encode.h"

void lk_q6_k_encode_neon(LK_ENCODE_PARAMETERS) {
    lk_q6_k_encode_row(dst, src, importance, n);
}
