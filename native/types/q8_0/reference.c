#include "types/q8_0/block.h"
#include "types/functions.h"
#include "types/float16.h"

void lk_q8_0_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_q8_0 *blocks = src;
    for (int64_t b = 0; b < n / 32; b++) {
        float d = lk_float_from_f16(blocks[b].d);
        for (int i = 0; i < 32; i++) dst[b * 32 + i] = d * blocks[b].qs[i];
    }
}
