#include "types/iq3_s/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq_grids.h"

static uint64_t point_at(const lk_block_iq3_s *block, int i) {
    uint32_t codes = lk_iq3_s_grid[block->qs[i] | (block->qh[i / 8] >> i % 8 & 1) << 8];
    return 2 * codes + 0x01010101;
}

static void dequantize_block(float *dst, const lk_block_iq3_s *block) {
    float d = lk_float_from_f16(block->d);
    for (int j = 0; j < 32; j++) {
        int scale = block->scales[j / 8] >> j / 4 % 2 * 4 & 15;
        lk_iq_signed8(dst + 8 * j, d * (float)(2 * scale + 1),
                      point_at(block, 2 * j) | point_at(block, 2 * j + 1) << 32, block->signs[j]);
    }
}

void lk_iq3_s_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq3_s *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
