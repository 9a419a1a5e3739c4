#include "types/q4_k/block.h"
#include "types/matmul.h"
#include "types/float16.h"
#include "types/k_scales.h"

static void dequantize_block(float *dst, const lk_block_q4_k *block) {
    float d = lk_float_from_f16(block->d);
    float dmin = lk_float_from_f16(block->dmin);
    for (int i = 0; i < 256; i++) {
        int q = block->qs[i / 64 * 32 + i % 32] >> i / 32 % 2 * 4 & 15;
        float scale = d * (float)lk_k_scale(block->scales, i / 32);
        dst[i] = scale * (float)q - dmin * (float)lk_k_min(block->scales, i / 32);
    }
}

void lk_q4_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q4_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
