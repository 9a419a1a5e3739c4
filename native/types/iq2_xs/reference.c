#include "types/iq2_xs/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static void dequantize_block(float *dst, const lk_block_iq2_xs *block) {
    float d = lk_float_from_f16(block->d) / 8;
    for (int j = 0; j < 32; j++) {
        int scale = block->scales[j / 4] >> j / 2 % 2 * 4 & 15;
        lk_iq_signed8(dst + 8 * j, d * (float)(2 * scale + 1), lk_iq2_xs_grid[block->qs[j] & 511],
                      lk_iq_signs(block->qs[j] >> 9));
    }
}

void lk_iq2_xs_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq2_xs *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
