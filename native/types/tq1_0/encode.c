#include "types/steps_plain.h"
#include "types/tq1_0/encode.h"

void lk_tq1_0_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_tq1_0_encode_row(dst, src, n);
}
