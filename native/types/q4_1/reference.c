#include "types/q4_1/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q4_1 *block) {
    float d = lk_float_from_f16(block->d);
    float m = lk_float_from_f16(block->m);
    for (int i = 0; i < 16; i++) {
        dst[i] = d * (float)(block->qs[i] & 15) + m;
        dst[i + 16] = d * (float)(block->qs[i] >> 4) + m;
    }
}

void lk_q4_1_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q4_1 *blocks = src;
    for (int64_t b = 0; b < n / 32; b++) dequantize_block(dst + b * 32, blocks + b);
}
