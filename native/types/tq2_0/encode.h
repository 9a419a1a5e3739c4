/* TQ2_0's encoder, after an ISA's steps header. */
#ifndef LK_TQ2_0_ENCODE_H
#define LK_TQ2_0_ENCODE_H

#include "types/encode.h"
#include "types/ternary.h"
#include "types/tq2_0/block.h"
#include "types/pack.h"

LK_INLINE void lk_tq2_0_encode_row(void *dst, const float *src, int64_t n) {
    lk_block_tq2_0 *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++) {
        uint8_t q[256];
        blocks[b].d = lk_ternary_digits(q, src + 256 * b);
        lk_pack_two_bits(blocks[b].qs, q, 0);
    }
}

#endif
