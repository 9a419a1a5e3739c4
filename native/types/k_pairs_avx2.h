/* Q4_K's and Q5_K's scales and minimums, for the steps of row_pairs_avx2.h. */
#ifndef LK_K_PAIRS_AVX2_H
#define LK_K_PAIRS_AVX2_H

#include "types/block256_avx2.h"
#include "types/k_scales.h"

/* Of 4 groups of 32 of row 0, then of row 1. */
typedef struct lk_pair_scales {
    __m256 scale; /* d times the 6-bit scale: exact */
    __m256 minimum;
} lk_pair_scales;

LK_INLINE __m256 lk_float_from_bytes(uint64_t bytes) {
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes)));
}

/* packed: the offset of the 12 bytes in a block. */
LK_INLINE lk_pair_scales lk_load_pair_scales(const uint8_t *const *w, const size_t packed, __m256 d,
                                             __m256 dmin, const int half) {
    uint64_t low = lk_load_pair_u32(w, packed), middle = lk_load_pair_u32(w, packed + 4),
             high = lk_load_pair_u32(w, packed + 8);
    return (lk_pair_scales){_mm256_mul_ps(d, lk_float_from_bytes(lk_k_scales4(low, high, half))),
                            _mm256_mul_ps(dmin, lk_float_from_bytes(lk_k_mins4(middle, high, half)))};
}

/* acc + (sums scale - (sums of the activations) minimum) d, d being the activations'. */
LK_INLINE __m256 lk_add_with_minimums(__m256 acc, __m256i sums, lk_pair_scales scales, const lk_block_a8 *x,
                                      const int half) {
    __m256i activations = _mm256_madd_epi16(lk_load_sums(x, half), _mm256_set1_epi16(1));
    __m256 minimums = _mm256_mul_ps(_mm256_cvtepi32_ps(activations), scales.minimum);
    __m256 product = _mm256_fmsub_ps(_mm256_cvtepi32_ps(sums), scales.scale, minimums);
    return _mm256_fmadd_ps(product, lk_load_scales(x, half), acc);
}

#endif
