#include "types/iq4_xs/block.h"
#include "types/matmul.h"
#include "types/float16.h"
#include "types/iq4_nl/block.h"

static void dequantize_block(float *dst, const lk_block_iq4_xs *block) {
    float d = lk_float_from_f16(block->d);
    for (int i = 0; i < 256; i++) {
        int j = i / 32;
        int scale = (block->scales_l[j / 2] >> j % 2 * 4 & 15) | (block->scales_h >> j * 2 & 3) << 4;
        int q = block->qs[j * 16 + i % 16] >> i / 16 % 2 * 4 & 15;
        dst[i] = d * (float)(scale - 32) * lk_iq4_values[q];
    }
}

void lk_iq4_xs_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq4_xs *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
