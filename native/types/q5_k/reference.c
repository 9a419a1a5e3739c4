#include "types/q5_k/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/k_scales.h"

static void dequantize_block(float *dst, const lk_block_q5_k *block) {
    float d = lk_float_from_f16(block->d);
    float dmin = lk_float_from_f16(block->dmin);
    for (int j = 0; j < 8; j++) {
        const uint8_t *qs = block->qs + j / 2 * 32;
        int shift = j % 2 * 4;
        float scale = d * (float)lk_k_scale(block->scales, j),
              minimum = dmin * (float)lk_k_min(block->scales, j);
        for (int l = 0; l < 32; l++)
            dst[32 * j + l] = scale * (float)((qs[l] >> shift & 15) + (block->qh[l] >> j & 1) * 16) - minimum;
    }
}

void lk_q5_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q5_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
