#include "types/steps_avx2.h"
#include "types/tq1_0/encode.h"

void lk_tq1_0_encode_avx2(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_tq1_0_encode_row(dst, src, n);
}
