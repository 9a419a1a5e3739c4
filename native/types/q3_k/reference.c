#include "types/q3_k/block.h"
#include "types/functions.h"
#include "types/float16.h"

static int scale_at(const uint8_t *packed, int i) {
    return (packed[i % 8] >> i / 8 * 4 & 15) | (packed[8 + i % 4] >> i / 4 * 2 & 3) << 4;
}

static void dequantize_block(float *dst, const lk_block_q3_k *block) {
    float d = lk_float_from_f16(block->d);
    for (int j = 0; j < 16; j++) {
        const uint8_t *qs = block->qs + j / 8 * 32 + j % 2 * 16, *high = block->hmask + j % 2 * 16;
        int shift = j / 2 % 4 * 2, bit = j / 2;
        float scale = d * (float)(scale_at(block->scales, j) - 32);
        for (int l = 0; l < 16; l++)
            dst[16 * j + l] = scale * (float)((qs[l] >> shift & 3) + (high[l] >> bit & 1) * 4 - 4);
    }
}

void lk_q3_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q3_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
