#include "types/fit_plain.h"
#include "types/q4_k/encode.h"

void lk_q4_k_encode(LK_ENCODE_PARAMETERS) {
    lk_q4_k_encode_row(dst, src, importance, n);
}
