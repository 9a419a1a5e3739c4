#include "types/tq2_0/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_tq2_0 *block) {
    float d = lk_float_from_f16(block->d);
    for (int i = 0; i < 256; i++)
        dst[i] = d * (float)((block->qs[i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3) - 1);
}

void lk_tq2_0_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_tq2_0 *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
