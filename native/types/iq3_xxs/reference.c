#include "types/iq3_xxs/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static void dequantize_block(float *dst, const lk_block_iq3_xxs *block) {
    float d = lk_float_from_f16(block->d) / 4;
    for (int j = 0; j < 32; j++) {
        uint32_t signs_scale = block->signs_scale[j / 4];
        float scale = d * (float)(2 * (signs_scale >> 28) + 1);
        uint64_t low = lk_iq3_xxs_grid[block->qs[2 * j]], high = lk_iq3_xxs_grid[block->qs[2 * j + 1]];
        lk_iq_signed8(dst + 8 * j, scale, low | high << 32, lk_iq_signs(signs_scale >> 7 * (j % 4) & 127));
    }
}

void lk_iq3_xxs_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq3_xxs *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
