/* What TQ1_0 and TQ2_0 share with AVX2: their step, all but the unpacking. */
#ifndef LK_TERNARY_PAIRS_AVX2_H
#define LK_TERNARY_PAIRS_AVX2_H

#include "types/block256_avx2.h"

/* q: 1 + the weights of both rows from 128 half on, 16 of each to a vector. */
typedef void (*lk_ternary_unpack_fn)(__m256i *q, const uint8_t *const *w, int half);

LK_INLINE void lk_step_ternary(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x,
                               const int columns, const size_t offset_of_d, lk_ternary_unpack_fn unpack) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256 d = lk_load_pair_f16(w, offset_of_d);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_with_offset(acc[c], lk_sums_u4(q, x[c], half), ones, d, x[c], half);
    }
}

#endif
