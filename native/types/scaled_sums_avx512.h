/* How products with AVX-512 VNNI are summed: vpdpbusd multiplies 4 unsigned weights of each of 16 rows with 4
 * signed activations of a column, which the load repeats for all rows.
 *
 * Integer sums begin at a float's bits: the bits of LARGE + s are those of LARGE plus s, for |s| < 2^22. So a
 * sum becomes a float without an instruction, and one fused multiply-subtract gives scale s, rounded once:
 * scale LARGE is exact, since scales have 20 significant bits at most. */
#ifndef LK_SCALED_SUMS_AVX512_H
#define LK_SCALED_SUMS_AVX512_H

#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

/* Results are added to memory after so many weights. */
enum { LK_STEP_AVX512 = 2 * LK_PANEL_LENGTH, LK_LARGE_BITS = 0x4b400000 };

#define LK_LARGE 0x1.8p23f

/* 4 bytes of memory in every lane. */
LK_INLINE __m512i lk_repeat(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm512_set1_epi32(word);
}

/* Weights that share a scale: all 32 of a block, or its first or last 16. */
typedef struct lk_scaled_group {
    int block; /* of 32 weights, in the chunk */
    bool low, high;
} lk_scaled_group;

/* The i-th group of a chunk. */
LK_INLINE lk_scaled_group lk_scaled_group_of(const int length, const int i) {
    return (lk_scaled_group){i * length / 32, length == 32 || i % 2 == 0, length == 32 || i % 2 == 1};
}

/* -LARGE's start of a sum, with factor times the sum of the group's activations. */
LK_INLINE __m512i lk_sum_activations(const lk_block_a8 *x, const lk_scaled_group group,
                                     const int32_t factor) {
    const uint32_t bits = (uint16_t)factor;
    const __m512i factors =
        _mm512_set1_epi32((int32_t)((group.low ? bits : 0) | (group.high ? bits << 16 : 0)));
    return _mm512_dpwssd_epi32(_mm512_set1_epi32(LK_LARGE_BITS), factors,
                               lk_repeat(x->sum + 2 * group.block));
}

/* What the sum of a group begins with: minimums are added later, an offset is taken off at once. */
LK_INLINE __m512i lk_sum_start(const lk_block_a8 *x, const lk_scaled_group group, const bool minimums,
                               const int32_t offset) {
    return minimums ? _mm512_set1_epi32(LK_LARGE_BITS) : lk_sum_activations(x, group, -offset);
}

/* acc plus d (scale sum + minimum activations); large is scale LARGE, minimum unused where there is none. */
LK_INLINE __m512 lk_sum_scaled(__m512 acc, __m512i sum, const lk_block_a8 *x, const lk_scaled_group group,
                               const bool minimums, __m512 scale, __m512 large, __m512 minimum) {
    __m512 product = _mm512_fmsub_ps(_mm512_castsi512_ps(sum), scale, large);
    if (minimums) {
        const __m512 activations =
            _mm512_sub_ps(_mm512_castsi512_ps(lk_sum_activations(x, group, 1)), _mm512_set1_ps(LK_LARGE));
        product = _mm512_fmadd_ps(activations, minimum, product);
    }
    return _mm512_fmadd_ps(product, _mm512_set1_ps(x->d[group.block]), acc);
}

#endif
