#include "types/q3_k/block.h"
#include "types/matmul.h"
#include "types/float16.h"

static int scale_at(const uint8_t *packed, int i) {
    return (packed[i % 8] >> i / 8 * 4 & 15) | (packed[8 + i % 4] >> i / 4 * 2 & 3) << 4;
}

static void dequantize_block(float *dst, const lk_block_q3_k *block) {
    float d = lk_float_from_f16(block->d);
    for (int i = 0; i < 256; i++) {
        int low = block->qs[i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3;
        int high = block->hmask[i % 32] >> i / 32 & 1;
        dst[i] = d * (float)(scale_at(block->scales, i / 16) - 32) * (float)(low + 4 * high - 4);
    }
}

void lk_q3_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q3_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
