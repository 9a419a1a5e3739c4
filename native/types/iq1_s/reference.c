#include "types/iq1_s/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static void dequantize_block(float *dst, const lk_block_iq1_s *block) {
    float d = lk_float_from_f16(block->d) / 8;
    for (int j = 0; j < 32; j++) {
        int high = block->qh[j / 4], point = block->qs[j] | (high >> j % 4 * 3 & 7) << 8;
        float scale = d * (float)(2 * (high >> 12 & 7) + 1);
        lk_iq1_shifted8(dst + 8 * j, scale, lk_iq1_grid[point], high >> 15);
    }
}

void lk_iq1_s_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq1_s *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
