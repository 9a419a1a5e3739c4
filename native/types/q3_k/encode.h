/* Q3_K's encoder, after an ISA's fit header. */
#ifndef LK_Q3_K_ENCODE_H
#define LK_Q3_K_ENCODE_H

#include "types/encode.h"
#include "types/error_weights.h"
#include "types/q3_k/block.h"
#include "types/q3_k/scales.h"
#include "types/pack.h"

/* Levels of the scales, from 0 to 63, by the one of largest magnitude; returns d. */
LK_INLINE float lk_q3_k_levels(uint8_t *levels, const float *scales) {
    const float extreme = lk_extreme(scales, 16);
    memset(levels, 0, 16);
    if (extreme == 0) return 0;
    const float inverse = -32 / extreme;
    for (int g = 0; g < 16; g++) levels[g] = (uint8_t)(lk_signed_step(inverse * scales[g], 32) + 32);
    return 1 / inverse;
}

LK_INLINE float lk_q3_k_fit(uint8_t *levels, uint8_t *q, const float *x, const float *importance) {
    float scales[16], w[256], sums[16];
    if (importance == NULL) {
        lk_refine_signed(scales, q, x, 16, 4);
        return lk_q3_k_levels(levels, scales);
    }
    lk_error_weights(w, x, importance, 256, 2 * lk_sum_squares(x, 256) / 256, 0);
    lk_fit_signed(scales, q, x, w, 16, 4);
    lk_group_sums(sums, w, 16);
    return lk_fit_signed_group(levels, scales, sums, 16, 32);
}

LK_INLINE void lk_q3_k_encode_block(lk_block_q3_k *block, const float *x, const float *importance) {
    uint8_t levels[16], q[256];
    float scales[16];
    const float offsets[16] = {0};
    block->d = lk_f16_from_float(lk_q3_k_fit(levels, q, x, importance));
    lk_q3_k_scales_pack(block->scales, levels);
    for (int g = 0; g < 16; g++) scales[g] = lk_float_from_f16(block->d) * (float)(levels[g] - 32);
    lk_requantize(q, x, scales, offsets, 16, -4, 3);
    lk_pack_two_bits(block->qs, q, 0);
    lk_pack_bits(block->hmask, q, 2);
}

LK_INLINE void lk_q3_k_encode_row(LK_ENCODE_PARAMETERS) {
    lk_block_q3_k *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++)
        lk_q3_k_encode_block(blocks + b, src + 256 * b, importance == NULL ? NULL : importance + 256 * b);
}

#endif
