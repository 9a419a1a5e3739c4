#include "types/mxfp4/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_mxfp4 *block) {
    float d = lk_float_from_e8m0_half(block->e);
    for (int i = 0; i < 16; i++) {
        dst[i] = d * lk_mxfp4_values[block->qs[i] & 15];
        dst[i + 16] = d * lk_mxfp4_values[block->qs[i] >> 4];
    }
}

void lk_mxfp4_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_mxfp4 *blocks = src;
    for (int64_t b = 0; b < n / 32; b++) dequantize_block(dst + b * 32, blocks + b);
}
