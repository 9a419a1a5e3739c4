#include "types/iq4_xs/block.h"
#include "types/functions.h"
#include "types/float16.h"
#include "types/iq4_nl/block.h"

static void dequantize_block(float *dst, const lk_block_iq4_xs *block) {
    float d = lk_float_from_f16(block->d);
    for (int j = 0; j < 8; j++) {
        const uint8_t *qs = block->qs + 16 * j;
        int low = block->scales_l[j / 2] >> j % 2 * 4 & 15, high = block->scales_h >> j * 2 & 3;
        float scale = d * (float)((low | high << 4) - 32);
        for (int l = 0; l < 16; l++) {
            dst[32 * j + l] = scale * lk_iq4_values[qs[l] & 15];
            dst[32 * j + 16 + l] = scale * lk_iq4_values[qs[l] >> 4];
        }
    }
}

void lk_iq4_xs_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_iq4_xs *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
