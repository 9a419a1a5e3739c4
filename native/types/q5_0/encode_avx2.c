#include "types/fit_avx2.h"
#include "types/steps_avx2.h"
#include "types/q5_0/encode.h"

void lk_q5_0_encode_avx2(LK_ENCODE_PARAMETERS) {
    lk_q5_0_encode_row(dst, src, importance, n);
}
