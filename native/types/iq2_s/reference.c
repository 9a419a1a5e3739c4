#include "types/iq2_s/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static void dequantize_block(float *dst, const lk_block_iq2_s *block) {
    float d = lk_float_from_f16(block->d) / 8;
    for (int j = 0; j < 32; j++) {
        int scale = block->scales[j / 4] >> j / 2 % 2 * 4 & 15;
        int point = block->qs[j] | (block->qh[j / 4] >> j % 4 * 2 & 3) << 8;
        lk_iq_signed8(dst + 8 * j, d * (float)(2 * scale + 1), lk_iq2_s_grid[point], block->signs[j]);
    }
}

void lk_iq2_s_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq2_s *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
