/* MXFP4's encoder, after an ISA's steps header. */
#ifndef LK_MXFP4_ENCODE_H
#define LK_MXFP4_ENCODE_H

#include "types/encode.h"
#include "types/float16.h"
#include "types/mxfp4/block.h"
#include "types/pack.h"

/* The exponent that makes the largest magnitude 4 or more and below 8 in E2M1, which holds up to 6: ggml's
 * formula, where log2f may round up to the next power. ggml lets exponents below 0 wrap; here they are 0. */
LK_INLINE uint8_t lk_mxfp4_exponent(float largest) {
    if (largest == 0) return 0;
    const float exponent = floorf(log2f(largest)) - 2 + 127;
    return exponent > 0 ? (uint8_t)exponent : 0;
}

/* The nearest of the 16 values times scale, for 32 weights; the first of several. */
typedef void (*lk_mxfp4_steps_fn)(uint8_t *q, const float *x, float scale);

LK_INLINE void lk_mxfp4_encode_row(void *dst, const float *src, int64_t n, lk_mxfp4_steps_fn steps) {
    lk_block_mxfp4 *blocks = dst;
    for (int64_t b = 0; b < n / 32; b++) {
        uint8_t q[32];
        blocks[b].e = lk_mxfp4_exponent(fabsf(lk_extreme32(src + 32 * b)));
        steps(q, src + 32 * b, lk_float_from_e8m0_half(blocks[b].e));
        lk_pack_nibbles(blocks[b].qs, q, 16);
    }
}

#endif
