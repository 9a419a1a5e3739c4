/* Q4_0's encoder, after an ISA's fit and steps headers. */
#ifndef LK_Q4_0_ENCODE_H
#define LK_Q4_0_ENCODE_H

#include "types/chunk32.h"
#include "types/encode.h"
#include "types/pack.h"
#include "types/q4_0/block.h"

LK_INLINE void lk_q4_0_write(lk_block_q4_0 *block, float d, const uint8_t *q) {
    block->d = lk_f16_from_float(d);
    lk_pack_nibbles(block->qs, q, 16);
}

LK_INLINE void lk_q4_0_encode_row(LK_ENCODE_PARAMETERS) {
    lk_block_q4_0 *blocks = dst;
    if (importance == NULL) {
        for (int64_t b = 0; b < n / 32; b++) {
            uint8_t q[32];
            const float d = lk_extreme32(src + 32 * b) / -8, inverse = d != 0 ? 1 / d : 0;
            lk_steps32(q, src + 32 * b, 0, inverse, 8.5f, 15);
            lk_q4_0_write(blocks + b, d, q);
        }
        return;
    }
    const float mean_square = lk_sum_squares(src, n) / (float)n;
    for (int64_t b = 0; b < n / 32; b += 8) {
        lk_chunk chunk;
        lk_chunk_load(&chunk, src, importance, mean_square, b, n);
        lk_fit_signed(chunk.scales, chunk.q, chunk.x, chunk.w, 32, 8);
        for (int i = 0; i < chunk.blocks; i++)
            lk_q4_0_write(blocks + b + i, chunk.scales[i], chunk.q + 32 * i);
    }
}

#endif
