#include "types/tq1_0/block.h"
#include "types/functions.h"
#include "types/float16.h"

/* Digit n of the byte, less 1. */
static float digit_at(uint8_t byte, int n) {
    static const uint8_t powers[] = {1, 3, 9, 27, 81};
    uint8_t rest = (uint8_t)(byte * powers[n]);
    return (float)((rest * 3 >> 8) - 1);
}

static void dequantize_block(float *dst, const lk_block_tq1_0 *block) {
    float d = lk_float_from_f16(block->d);
    for (int i = 0; i < 160; i++) dst[i] = d * digit_at(block->qs[i % 32], i / 32);
    for (int i = 0; i < 80; i++) dst[160 + i] = d * digit_at(block->qs[32 + i % 16], i / 16);
    for (int i = 0; i < 16; i++) dst[240 + i] = d * digit_at(block->qh[i % 4], i / 4);
}

void lk_tq1_0_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_tq1_0 *blocks = src;
    for (int64_t b = 0; b < n / 256; b++) dequantize_block(dst + b * 256, blocks + b);
}
