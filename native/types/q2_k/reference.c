#include "types/q2_k/block.h"
#include "types/functions.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q2_k *block) {
    float d = lk_float_from_f16(block->d);
    float dmin = lk_float_from_f16(block->dmin);
    for (int j = 0; j < 16; j++) {
        const uint8_t *qs = block->qs + j / 8 * 32 + j % 2 * 16;
        int shift = j / 2 % 4 * 2;
        float scale = d * (float)(block->scales[j] & 15), minimum = dmin * (float)(block->scales[j] >> 4);
        for (int l = 0; l < 16; l++) dst[16 * j + l] = scale * (float)(qs[l] >> shift & 3) - minimum;
    }
}

void lk_q2_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q2_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
