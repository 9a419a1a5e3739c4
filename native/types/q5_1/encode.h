/* Q5_1's encoder, after an ISA's fit and steps headers. */
#ifndef LK_Q5_1_ENCODE_H
#define LK_Q5_1_ENCODE_H

#include "types/chunk32.h"
#include "types/encode.h"
#include "types/pack.h"
#include "types/q5_1/block.h"

LK_INLINE void lk_q5_1_write(lk_block_q5_1 *block, float d, float m, const uint8_t *q) {
    block->d = lk_f16_from_float(d);
    block->m = lk_f16_from_float(m);
    lk_pack_nibbles(block->qs, q, 16);
    block->qh = lk_fifth_bits(q);
}

LK_INLINE void lk_q5_1_encode_row(LK_ENCODE_PARAMETERS) {
    lk_block_q5_1 *blocks = dst;
    if (importance == NULL) {
        for (int64_t b = 0; b < n / 32; b++) {
            uint8_t q[32];
            float low, high;
            lk_range32(&low, &high, src + 32 * b);
            const float d = (high - low) / 31, inverse = d != 0 ? 1 / d : 0;
            lk_steps32(q, src + 32 * b, low, inverse, 0.5f, 31);
            lk_q5_1_write(blocks + b, d, low, q);
        }
        return;
    }
    const float mean_square = lk_sum_squares(src, n) / (float)n;
    const lk_affine_search search = {31, -0.9f, 0.05f, 36, false};
    for (int64_t b = 0; b < n / 32; b += 8) {
        lk_chunk chunk;
        lk_chunk_load(&chunk, src, importance, mean_square, b, n);
        lk_fit_affine(chunk.scales, chunk.minimums, chunk.q, chunk.x, chunk.w, 32, search);
        for (int i = 0; i < chunk.blocks; i++)
            lk_q5_1_write(blocks + b + i, chunk.scales[i], chunk.minimums[i], chunk.q + 32 * i);
    }
}

#endif
