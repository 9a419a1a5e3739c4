#include "types/fit_plain.h"
#include "types/q6_k/encode.h"

void lk_q6_k_encode(LK_ENCODE_PARAMETERS) {
    lk_q6_k_encode_row(dst, src, importance, n);
}
