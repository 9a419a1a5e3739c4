#include "types/steps_plain.h"
#include "types/q8_0/encode.h"

void lk_q8_0_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_q8_0_encode_row(dst, src, n);
}
