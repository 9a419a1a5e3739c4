/* Q5_0's encoder, after an ISA's fit and steps headers. */
#ifndef LK_Q5_0_ENCODE_H
#define LK_Q5_0_ENCODE_H

#include "types/chunk32.h"
#include "types/encode.h"
#include "types/pack.h"
#include "types/q5_0/block.h"

LK_INLINE void lk_q5_0_write(lk_block_q5_0 *block, float d, const uint8_t *q) {
    block->d = lk_f16_from_float(d);
    lk_pack_nibbles(block->qs, q, 16);
    block->qh = lk_fifth_bits(q);
}

LK_INLINE void lk_q5_0_encode_row(LK_ENCODE_PARAMETERS) {
    lk_block_q5_0 *blocks = dst;
    if (importance == NULL) {
        for (int64_t b = 0; b < n / 32; b++) {
            uint8_t q[32];
            const float d = lk_extreme32(src + 32 * b) / -16, inverse = d != 0 ? 1 / d : 0;
            lk_steps32(q, src + 32 * b, 0, inverse, 16.5f, 31);
            lk_q5_0_write(blocks + b, d, q);
        }
        return;
    }
    const float mean_square = lk_sum_squares(src, n) / (float)n;
    for (int64_t b = 0; b < n / 32; b += 8) {
        lk_chunk chunk;
        lk_chunk_load(&chunk, src, importance, mean_square, b, n);
        lk_fit_signed(chunk.scales, chunk.q, chunk.x, chunk.w, 32, 16);
        for (int i = 0; i < chunk.blocks; i++)
            lk_q5_0_write(blocks + b + i, chunk.scales[i], chunk.q + 32 * i);
    }
}

#endif
