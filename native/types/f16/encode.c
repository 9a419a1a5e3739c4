#include "types/encode.h"
#include "types/f16/block.h"
#include "types/float16.h"

void lk_f16_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_block_f16 *elements = dst;
    for (int64_t i = 0; i < n; i++) elements[i].bits = lk_f16_from_float(src[i]);
}
