#include "types/steps_avx2.h"
#include "types/q8_0/encode.h"

void lk_q8_0_encode_avx2(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_q8_0_encode_row(dst, src, n);
}
