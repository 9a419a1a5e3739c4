#include "types/q6_k/block.h"
#include "types/matmul.h"
#include "types/float16.h"

static void dequantize_block(float *dst, const lk_block_q6_k *block) {
    float d = lk_float_from_f16(block->d);
    for (int i = 0; i < 256; i++) {
        int low = block->ql[i / 128 * 64 + i % 64] >> i / 64 % 2 * 4 & 15;
        int high = block->qh[i / 128 * 32 + i % 32] >> i / 32 % 4 * 2 & 3;
        dst[i] = d * block->scales[i / 16] * (float)((low | high << 4) - 32);
    }
}

void lk_q6_k_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q6_k *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
