#include "types/q6_k/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q6_k *block) {
    float d = lk_float_from_f16(block->d);
    for (int j = 0; j < 16; j++) {
        const uint8_t *low = block->ql + j / 8 * 64 + j % 4 * 16, *high = block->qh + j / 8 * 32 + j % 2 * 16;
        int low_shift = j / 4 % 2 * 4, high_shift = j / 2 % 4 * 2;
        float scale = d * block->scales[j];
        for (int l = 0; l < 16; l++)
            dst[16 * j + l] =
                scale * (float)((low[l] >> low_shift & 15) + (high[l] >> high_shift & 3) * 16 - 32);
    }
}

void lk_q6_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q6_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
