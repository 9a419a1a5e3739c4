/* The step of matmul_rows.h for types that scale their weights in blocks of 32, as A8 does: the 8 blocks'
 * integer sums are folded until a vector has a block in each lane, so that two multiplications by the scales
 * serve all of them. */
#ifndef LK_BLOCK32_AVX2_H
#define LK_BLOCK32_AVX2_H

#include "types/vector_avx2.h"
#include "types/matmul_rows.h"

/* The 32 weights of block j of the 8 at w, as bytes in element order. */
typedef __m256i (*lk_unpack_avx2_fn)(const uint8_t *w, int j);

/* The f16 numbers at p, p + stride, ... of 8 blocks. */
LK_INLINE __m256 lk_load_f16x8(const uint8_t *p, const int stride) {
    uint64_t low = lk_load_u16x4(p, stride), high = lk_load_u16x4(p + 4 * stride, stride);
    return _mm256_cvtph_ps(_mm_set_epi64x((int64_t)high, (int64_t)low));
}

/* 16 bytes of nibbles: the low ones to the first 16 bytes, the high ones to the last. */
LK_INLINE __m256i lk_load_nibbles(const uint8_t *qs) {
    __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)qs));
    __m256i shifted = _mm256_srlv_epi32(both, _mm256_setr_epi32(0, 0, 0, 0, 4, 4, 4, 4));
    return _mm256_and_si256(shifted, _mm256_set1_epi8(15));
}

/* Bit i of 32 as bit 4 of byte i. */
LK_INLINE __m256i lk_load_fifth_bits(const uint8_t *qh) {
    int32_t bits;
    memcpy(&bits, qh, sizeof bits);
    const __m256i byte_of = _mm256_setr_epi64x(0, 0x0101010101010101, 0x0202020202020202, 0x0303030303030303);
    const __m256i bit_of = _mm256_set1_epi64x((int64_t)0x8040201008040201);
    __m256i spread = _mm256_and_si256(_mm256_shuffle_epi8(_mm256_set1_epi32(bits), byte_of), bit_of);
    return _mm256_and_si256(_mm256_cmpeq_epi8(spread, bit_of), _mm256_set1_epi8(16));
}

/* The bytes of table at the indices 0 to 15. */
LK_INLINE __m256i lk_look_up(const int8_t *table, __m256i indices) {
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table)), indices);
}

LK_INLINE __m256i lk_load_q(const lk_block_a8 *x, int j) {
    return _mm256_loadu_si256((const __m256i *)(x->q + 32 * j));
}

/* In each half: int16 pairs a a a a and b b b b to a b a b, two added up each. */
LK_INLINE __m256i lk_fold_pairs_i16(__m256i a, __m256i b) {
    return _mm256_add_epi16(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}

/* In each half: int16 pairs a b a b and c d c d to a b c d, two added up each. */
LK_INLINE __m256i lk_fold_quads_i16(__m256i ab, __m256i cd) {
    return _mm256_add_epi16(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
}

/* The same two for int32. */
LK_INLINE __m256i lk_fold_pairs_i32(__m256i a, __m256i b) {
    return _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
}

LK_INLINE __m256i lk_fold_quads_i32(__m256i ab, __m256i cd) {
    return _mm256_add_epi32(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
}

/* 4 of 8 numbers in each half: the order of the folds. */
LK_INLINE __m256 lk_repeat_half(__m256 v, const int half) {
    return half ? _mm256_permute2f128_ps(v, v, 0x11) : _mm256_permute2f128_ps(v, v, 0x00);
}

LK_INLINE __m256 lk_load_d4(const lk_block_a8 *x, const int half) {
    return _mm256_broadcast_ps((const __m128 *)(x->d + 4 * half));
}

/* offset times the sums of 16 activations, in the order of the folds: their halves are a block's halves. */
LK_INLINE __m256i lk_load_offsets(const lk_block_a8 *x, const int half, const int offset) {
    __m256i sums = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(x->sum + 8 * half)));
    return _mm256_madd_epi16(sums, _mm256_setr_epi32(offset, offset, offset, offset, offset << 16,
                                                     offset << 16, offset << 16, offset << 16));
}

/* Weights d (q - offset) with q in [0, 32]: d of the 8 blocks, q from unpack. Two products are at most 8128,
 * and the sum of 4 such pairs, which is what the folds make, stays in int16. The offset is taken off in
 * integers, so that weights of zero contribute nothing. */
LK_INLINE void lk_step_unsigned_avx2(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x,
                                     const int columns, __m256 d, const int offset,
                                     lk_unpack_avx2_fn unpack) {
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256 d4 = lk_repeat_half(d, half);
        __m256i q[4];
        LK_UNROLL
        for (int j = 0; j < 4; j++) q[j] = unpack(w, 4 * half + j);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i dot[4];
            LK_UNROLL
            for (int j = 0; j < 4; j++) dot[j] = _mm256_maddubs_epi16(q[j], lk_load_q(x[c], 4 * half + j));
            __m256i folded =
                lk_fold_quads_i16(lk_fold_pairs_i16(dot[0], dot[1]), lk_fold_pairs_i16(dot[2], dot[3]));
            __m256i sums = _mm256_madd_epi16(folded, _mm256_set1_epi16(1));
            if (offset) sums = _mm256_sub_epi32(sums, lk_load_offsets(x[c], half, offset));
            acc[c] =
                _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums), _mm256_mul_ps(d4, lk_load_d4(x[c], half)), acc[c]);
        }
    }
}

/* The part of a type's minimums: m of the 8 blocks, added to every weight. */
LK_INLINE void lk_step_minimums_avx2(__m256 *acc, const lk_block_a8 *const *x, const int columns, __m256 m) {
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        __m256i halves = _mm256_loadu_si256((const __m256i *)x[c]->sum);
        __m256 sums = _mm256_cvtepi32_ps(_mm256_madd_epi16(halves, _mm256_set1_epi16(1)));
        acc[c] = _mm256_fmadd_ps(sums, _mm256_mul_ps(m, _mm256_loadu_ps(x[c]->d)), acc[c]);
    }
}

/* The products of a block of signed weights, 4 to a lane: the sign moves to the activation, which is never
 * -128, so that two products are at most 128 * 127 * 2 = 32512. */
LK_INLINE __m256i lk_dot_signed(__m256i q, __m256i x) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(q), _mm256_sign_epi8(x, q));
    return _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

/* Weights d q with q in [-128, 127]: d of the 8 blocks, q from unpack. */
LK_INLINE void lk_step_signed_avx2(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x,
                                   const int columns, __m256 d, lk_unpack_avx2_fn unpack) {
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256 d4 = lk_repeat_half(d, half);
        __m256i pairs[LK_TILE_COLUMNS][2];
        LK_UNROLL
        for (int i = 0; i < 2; i++) {
            int j = 4 * half + 2 * i;
            __m256i first = unpack(w, j), second = unpack(w, j + 1);
            LK_UNROLL
            for (int c = 0; c < columns; c++)
                pairs[c][i] = lk_fold_pairs_i32(lk_dot_signed(first, lk_load_q(x[c], j)),
                                                lk_dot_signed(second, lk_load_q(x[c], j + 1)));
        }
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256 sums = _mm256_cvtepi32_ps(lk_fold_quads_i32(pairs[c][0], pairs[c][1]));
            acc[c] = _mm256_fmadd_ps(sums, _mm256_mul_ps(d4, lk_load_d4(x[c], half)), acc[c]);
        }
    }
}

#endif
