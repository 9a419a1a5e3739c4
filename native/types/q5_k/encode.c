#include "types/fit_plain.h"
#include "types/q5_k/encode.h"

void lk_q5_k_encode(LK_ENCODE_PARAMETERS) {
    lk_q5_k_encode_row(dst, src, importance, n);
}
