/* What TQ1_0 and TQ2_0 share with NEON: their step, all but the unpacking. */
#ifndef LK_TERNARY_ROWS_NEON_H
#define LK_TERNARY_ROWS_NEON_H

#include "types/block256_neon.h"

/* q: 1 + the weights from 128 half on, 16 to a vector. */
typedef void (*lk_ternary_unpack_fn)(int8x16_t *q, const uint8_t *w, int half);

LK_INLINE void lk_step_ternary(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x,
                               const int columns, const size_t offset_of_d, lk_ternary_unpack_fn unpack) {
    float32x4_t d = lk_load_f16(w + offset_of_d);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int i = 0; i < 8; i++) q[i] = vsubq_s8(q[i], vdupq_n_s8(1));
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_scaled(acc[c], lk_sums_u5(q, x[c], half), d, x[c], half);
    }
}

#endif
