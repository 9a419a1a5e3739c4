#include "types/encode.h"
#include "types/float16.h"
#include "types/q8_0/block.h"
#include <math.h>

static void encode_block(lk_block_q8_0 *block, const float *src) {
    float largest = 0;
    for (int i = 0; i < 32; i++) largest = fmaxf(largest, fabsf(src[i]));
    const float d = largest / 127, inverse = d != 0 ? 1 / d : 0;
    block->d = lk_f16_from_float(d);
    for (int i = 0; i < 32; i++) block->qs[i] = (int8_t)roundf(src[i] * inverse);
}

void lk_q8_0_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_block_q8_0 *blocks = dst;
    for (int64_t b = 0; b < n / 32; b++) encode_block(blocks + b, src + 32 * b);
}
