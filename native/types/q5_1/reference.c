#include "types/q5_1/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q5_1 *block) {
    float d = lk_float_from_f16(block->d);
    float m = lk_float_from_f16(block->m);
    uint32_t high = block->qh;
    for (int i = 0; i < 16; i++) {
        dst[i] = d * (float)(int)((block->qs[i] & 15u) | (high >> i & 1u) << 4) + m;
        dst[i + 16] = d * (float)(int)(block->qs[i] >> 4 | (high >> (i + 16) & 1u) << 4) + m;
    }
}

void lk_q5_1_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q5_1 *blocks = src;
    for (int64_t b = 0; b < n / 32; b++) dequantize_block(dst + b * 32, blocks + b);
}
