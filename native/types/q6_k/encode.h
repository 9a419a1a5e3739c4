/* Q6_K's encoder, after an ISA's fit header. */
#ifndef LK_Q6_K_ENCODE_H
#define LK_Q6_K_ENCODE_H

#include "types/encode.h"
#include "types/pack.h"
#include "types/q6_k/block.h"

/* Writes d and the scales; false where all weights count as zero. */
LK_INLINE bool lk_q6_k_levels(lk_block_q6_k *block, const float *scales) {
    const float extreme = lk_extreme(scales, 16);
    if (fabsf(extreme) < LK_FIT_LEAST) return false;
    const float inverse = -128 / extreme;
    block->d = lk_f16_from_float(1 / inverse);
    for (int g = 0; g < 16; g++) {
        const int level = lk_nearest(inverse * scales[g]);
        block->scales[g] = (int8_t)(level < 127 ? level : 127);
    }
    return true;
}

LK_INLINE void lk_q6_k_encode_block(lk_block_q6_k *block, const float *x, const float *importance) {
    uint8_t q[256];
    float scales[16], squares[256];
    const float offsets[16] = {0};
    for (int i = 0; i < 256; i++) squares[i] = x[i] * x[i];
    lk_fit_signed(scales, q, x, importance == NULL ? squares : importance, 16, 32);
    if (!lk_q6_k_levels(block, scales)) {
        memset(block, 0, sizeof *block);
        return;
    }
    for (int g = 0; g < 16; g++) scales[g] = lk_float_from_f16(block->d) * block->scales[g];
    lk_requantize(q, x, scales, offsets, 16, -32, 31);
    lk_pack_two_bits(block->qh, q, 4);
    for (int h = 0; h < 2; h++) lk_pack_nibbles(block->ql + 64 * h, q + 128 * h, 64);
}

LK_INLINE void lk_q6_k_encode_row(LK_ENCODE_PARAMETERS) {
    lk_block_q6_k *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++)
        lk_q6_k_encode_block(blocks + b, src + 256 * b, importance == NULL ? NULL : importance + 256 * b);
}

#endif
