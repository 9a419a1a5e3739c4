/* What the steps of row_pairs_avx2.h share: integer sums of half a block (4 groups of 32, or 8 of 16, as
 * the type scales them) until each lane of a vector has a group of 32 of one row, as A8 scales them: lanes
 * 0 to 3 are row 0's, 4 to 7 row 1's. Weights are q[i]: the 16 of each row from 128 half + 16 i on. */
#ifndef LK_BLOCK256_AVX2_H
#define LK_BLOCK256_AVX2_H

#include "types/row_pairs_avx2.h"
#include "types/block32_avx2.h"

/* 32 bytes of four 2-bit weights, which are 32 apart: those of half a block. */
LK_INLINE void lk_unpack_fours(__m256i *q, const uint8_t *const *w, const size_t offset) {
    const __m256i low = _mm256_set1_epi8(3);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i four = lk_load_pair(w, offset + 16 * (size_t)i);
        LK_UNROLL
        for (int j = 0; j < 4; j++) q[2 * j + i] = _mm256_and_si256(_mm256_srli_epi16(four, 2 * j), low);
    }
}

/* Activations 128 half + 16 i and on, for both rows. */
LK_INLINE __m256i lk_load_q16(const lk_block_a8 *x, const int half, const int i) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(x->q + 128 * half + 16 * i)));
}

/* The sums of 16 activations of the half, for both rows. */
LK_INLINE __m256i lk_load_sums(const lk_block_a8 *x, const int half) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(x->sum + 8 * half)));
}

/* int32 a a a a, b b b b, c c c c, d d d d in each half to a b c d, four added up each. */
LK_INLINE __m256i lk_fold_groups(const __m256i *g) {
    return lk_fold_quads_i32(lk_fold_pairs_i32(g[0], g[1]), lk_fold_pairs_i32(g[2], g[3]));
}

/* The products of group j of 32, of weights up to 63: 4 in a lane are at most 32004. */
LK_INLINE __m256i lk_dot_group(const __m256i *q, const lk_block_a8 *x, const int half, const int j) {
    __m256i first = _mm256_maddubs_epi16(q[2 * j], lk_load_q16(x, half, 2 * j));
    __m256i second = _mm256_maddubs_epi16(q[2 * j + 1], lk_load_q16(x, half, 2 * j + 1));
    return _mm256_add_epi16(first, second);
}

/* Sums of 4 groups of weights from 0 to 31: 8 products are at most 31496. */
LK_INLINE __m256i lk_sums_u5(const __m256i *q, const lk_block_a8 *x, const int half) {
    const __m256i ones = _mm256_set1_epi16(1);
    __m256i ab = lk_fold_pairs_i16(lk_dot_group(q, x, half, 0), lk_dot_group(q, x, half, 1));
    __m256i cd = lk_fold_pairs_i16(lk_dot_group(q, x, half, 2), lk_dot_group(q, x, half, 3));
    return lk_fold_quads_i32(_mm256_madd_epi16(ab, ones), _mm256_madd_epi16(cd, ones));
}

/* Sums of 4 groups of weights from 0 to 15: 16 products are at most 30480. */
LK_INLINE __m256i lk_sums_u4(const __m256i *q, const lk_block_a8 *x, const int half) {
    __m256i ab = lk_fold_pairs_i16(lk_dot_group(q, x, half, 0), lk_dot_group(q, x, half, 1));
    __m256i cd = lk_fold_pairs_i16(lk_dot_group(q, x, half, 2), lk_dot_group(q, x, half, 3));
    return _mm256_madd_epi16(lk_fold_quads_i16(ab, cd), _mm256_set1_epi16(1));
}

/* Sums of 8 groups of 16 weights from 0 to 127, each times its scale, two in a lane. */
LK_INLINE __m256i lk_sums_scaled(const __m256i *q, const __m256i *scales, const lk_block_a8 *x,
                                 const int half) {
    __m256i g[4];
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        __m256i first = _mm256_maddubs_epi16(q[2 * j], lk_load_q16(x, half, 2 * j));
        __m256i second = _mm256_maddubs_epi16(q[2 * j + 1], lk_load_q16(x, half, 2 * j + 1));
        g[j] = _mm256_add_epi32(_mm256_madd_epi16(first, scales[2 * j]),
                                _mm256_madd_epi16(second, scales[2 * j + 1]));
    }
    return lk_fold_groups(g);
}

/* The same for weights from 0 to 31, which can be folded before they are scaled (4 pairs are at most 31496):
 * each of the 8 scales twice, those of groups 0 to 3 in scales[0], of 4 to 7 in scales[1]. */
LK_INLINE __m256i lk_sums_scaled_u5(const __m256i *q, const __m256i *scales, const lk_block_a8 *x,
                                    const int half) {
    __m256i sums[2];
    LK_UNROLL
    for (int h = 0; h < 2; h++) {
        __m256i g[4];
        LK_UNROLL
        for (int i = 0; i < 4; i++)
            g[i] = _mm256_maddubs_epi16(q[4 * h + i], lk_load_q16(x, half, 4 * h + i));
        __m256i folded = lk_fold_quads_i16(lk_fold_pairs_i16(g[0], g[1]), lk_fold_pairs_i16(g[2], g[3]));
        sums[h] = _mm256_madd_epi16(folded, scales[h]);
    }
    return _mm256_hadd_epi32(sums[0], sums[1]);
}

/* Sums of 4 groups of signed weights. */
LK_INLINE __m256i lk_sums_signed(const __m256i *q, const lk_block_a8 *x, const int half) {
    __m256i g[4];
    LK_UNROLL
    for (int j = 0; j < 4; j++)
        g[j] = _mm256_add_epi32(lk_dot_signed(q[2 * j], lk_load_q16(x, half, 2 * j)),
                                lk_dot_signed(q[2 * j + 1], lk_load_q16(x, half, 2 * j + 1)));
    return lk_fold_groups(g);
}

/* Each of 8 int16 in the halves of v, in all lanes of its half. */
LK_INLINE void lk_spread_scales(__m256i *scales, __m256i v) {
    LK_UNROLL
    for (int i = 0; i < 8; i++)
        scales[i] = _mm256_shuffle_epi8(v, _mm256_set1_epi16((int16_t)((2 * i + 1) << 8 | 2 * i)));
}

/* Each of 8 int16 in the halves of v twice: the first 4, then the last. */
LK_INLINE void lk_double_scales(__m256i *scales, __m256i v) {
    scales[0] = _mm256_unpacklo_epi16(v, v);
    scales[1] = _mm256_unpackhi_epi16(v, v);
}

/* acc + (sums d - minimums dmin) times the scales of the activations. */
LK_INLINE __m256 lk_add_with_minimums(__m256 acc, __m256i sums, __m256 d, __m256i minimums, __m256 dmin,
                                      const lk_block_a8 *x, const int half) {
    __m256 taken_off = _mm256_mul_ps(_mm256_cvtepi32_ps(minimums), dmin);
    __m256 product = _mm256_fmsub_ps(_mm256_cvtepi32_ps(sums), d, taken_off);
    return _mm256_fmadd_ps(product, lk_load_d4(x, half), acc);
}

/* acc + (sums - (sums of 16 activations) offsets) d, times the scales of the activations: for weights
 * d scale (q - c), offsets are c scale. They are taken off in integers, so that weights of zero contribute
 * nothing.
 */
LK_INLINE __m256 lk_add_with_offset(__m256 acc, __m256i sums, __m256i offsets, __m256 d, const lk_block_a8 *x,
                                    const int half) {
    __m256i taken_off = _mm256_madd_epi16(lk_load_sums(x, half), offsets);
    __m256 exact = _mm256_cvtepi32_ps(_mm256_sub_epi32(sums, taken_off));
    return _mm256_fmadd_ps(exact, _mm256_mul_ps(d, lk_load_d4(x, half)), acc);
}

#endif
