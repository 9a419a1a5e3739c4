#include "types/fit_neon.h"
#include "types/steps_plain.h"
#include "types/q5_1/encode.h"

void lk_q5_1_encode_neon(LK_ENCODE_PARAMETERS) {
    lk_q5_1_encode_row(dst, src, importance, n);
}
