/* What Q4_K and Q5_K share with AVX2: their step, all but the unpacking. */
#ifndef LK_K_PAIRS_AVX2_H
#define LK_K_PAIRS_AVX2_H

#include "types/block256_avx2.h"
#include "types/k_scales.h"

/* q: the weights of both rows from 128 half on, 16 of each to a vector. */
typedef void (*lk_k_unpack_fn)(__m256i *q, const uint8_t *const *w, int half);
typedef __m256i (*lk_k_sums_fn)(const __m256i *q, const lk_block_a8 *x, int half);

LK_INLINE void lk_step_k_pairs(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x,
                               const int columns, lk_k_unpack_fn unpack, lk_k_sums_fn sums) {
    const size_t packed = offsetof(lk_k_head, scales);
    __m256 d = lk_load_pair_f16(w, offsetof(lk_k_head, d));
    __m256 dmin = lk_load_pair_f16(w, offsetof(lk_k_head, dmin));
    uint64_t low = lk_load_pair_u32(w, packed), middle = lk_load_pair_u32(w, packed + 4);
    uint64_t high = lk_load_pair_u32(w, packed + 8);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256 scales = _mm256_mul_ps(d, lk_float_from_pair_u8(lk_k_scales4(low, high, half)));
        __m256 minimums = _mm256_mul_ps(dmin, lk_float_from_pair_u8(lk_k_mins4(middle, high, half)));
        __m256i q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i activations = _mm256_madd_epi16(lk_load_sums(x[c], half), _mm256_set1_epi16(1));
            acc[c] =
                lk_add_with_minimums(acc[c], sums(q, x[c], half), scales, activations, minimums, x[c], half);
        }
    }
}

/* 64 bytes of nibbles: the low ones of 32 bytes are a group of 32, the high ones the next. */
LK_INLINE void lk_unpack_k_nibbles(__m256i *q, const uint8_t *const *w, const size_t offset) {
    const __m256i nibble = _mm256_set1_epi8(15);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        __m256i both = lk_load_pair(w, offset + 16 * (size_t)i);
        q[i / 2 * 4 + i % 2] = _mm256_and_si256(both, nibble);
        q[i / 2 * 4 + i % 2 + 2] = _mm256_and_si256(_mm256_srli_epi16(both, 4), nibble);
    }
}

#endif
