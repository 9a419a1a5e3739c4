#include "types/fit_neon.h"
#include "types/q3_k/encode.h"

void lk_q3_k_encode_neon(LK_ENCODE_PARAMETERS) {
    lk_q3_k_encode_row(dst, src, importance, n);
}
