#include "types/iq2_xxs/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static void dequantize_block(float *dst, const lk_block_iq2_xxs *block) {
    float d = lk_float_from_f16(block->d) / 8;
    for (int j = 0; j < 32; j++) {
        uint32_t signs_scale = block->groups[j / 4].signs_scale;
        float scale = d * (float)(2 * (signs_scale >> 28) + 1);
        lk_iq_signed8(dst + 8 * j, scale, lk_iq2_xxs_grid[block->groups[j / 4].qs[j % 4]],
                      lk_iq_signs(signs_scale >> 7 * (j % 4) & 127));
    }
}

void lk_iq2_xxs_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq2_xxs *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
