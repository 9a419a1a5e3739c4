#include "types/fit_avx2.h"
#include "types/steps_avx2.h"
#include "types/q4_1/encode.h"

void lk_q4_1_encode_avx2(LK_ENCODE_PARAMETERS) {
    lk_q4_1_encode_row(dst, src, importance, n);
}
