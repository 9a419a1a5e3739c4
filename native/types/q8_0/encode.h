/* Q8_0's encoder, after an ISA's steps header. */
#ifndef LK_Q8_0_ENCODE_H
#define LK_Q8_0_ENCODE_H

#include "types/encode.h"
#include "types/float16.h"
#include "types/q8_0/block.h"

LK_INLINE void lk_q8_0_encode_row(void *dst, const float *src, int64_t n) {
    lk_block_q8_0 *blocks = dst;
    for (int64_t b = 0; b < n / 32; b++) {
        const float d = fabsf(lk_extreme32(src + 32 * b)) / 127, inverse = d != 0 ? 1 / d : 0;
        blocks[b].d = lk_f16_from_float(d);
        lk_round32(blocks[b].qs, src + 32 * b, inverse);
    }
}

#endif
