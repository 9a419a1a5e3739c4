#include "types/q2_k/block.h"
#include "types/matmul.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q2_k *block) {
    float d = lk_float_from_f16(block->d);
    float dmin = lk_float_from_f16(block->dmin);
    for (int i = 0; i < 256; i++) {
        int scale = block->scales[i / 16];
        int q = block->qs[i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3;
        dst[i] = d * (float)(scale & 15) * (float)q - dmin * (float)(scale >> 4);
    }
}

void lk_q2_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q2_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
