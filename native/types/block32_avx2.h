/* The step of matmul_avx2.h for types with blocks of 32: 8 blocks, each one vector of bytes. */
#ifndef LK_BLOCK32_AVX2_H
#define LK_BLOCK32_AVX2_H

#include "types/matmul_avx2.h"

/* The 32 bytes of a block in element order. */
typedef __m256i (*lk_unpack_avx2_fn)(const uint8_t *block);

/* Scalar loads, because the integer units are idle and inserting into a vector would take the units that
 * multiply. */
LK_INLINE uint64_t lk_load_u16x4(const uint8_t *p, const int stride) {
    uint16_t part[4];
    for (int i = 0; i < 4; i++) memcpy(&part[i], p + i * stride, sizeof part[i]);
    return part[0] | (uint64_t)part[1] << 16 | (uint64_t)part[2] << 32 | (uint64_t)part[3] << 48;
}

/* The f16 numbers at p, p + stride, ... of 8 blocks. */
LK_INLINE __m256 lk_load_f16x8(const uint8_t *p, const int stride) {
    return _mm256_cvtph_ps(
        _mm_set_epi64x((int64_t)lk_load_u16x4(p + 4 * stride, stride), (int64_t)lk_load_u16x4(p, stride)));
}

/* 16 bytes of nibbles: low ones to the first 16 bytes, high ones to the last. */
LK_INLINE __m256i lk_load_nibbles(const uint8_t *qs) {
    __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)qs));
    __m256i shifted = _mm256_srlv_epi32(both, _mm256_setr_epi32(0, 0, 0, 0, 4, 4, 4, 4));
    return _mm256_and_si256(shifted, _mm256_set1_epi8(15));
}

/* Products of unsigned bytes up to 128 with signed ones in [-127, 127], added in fours: two never leave
 * int16. */
LK_INLINE __m256i lk_dot_u8(__m256i u, __m256i s) {
    return _mm256_madd_epi16(_mm256_maddubs_epi16(u, s), _mm256_set1_epi16(1));
}

/* The sums of the 8 runs of 32 activations. */
LK_INLINE __m256 lk_load_sums(const lk_block_a8 *x) {
    __m256i halves = _mm256_loadu_si256((const __m256i *)x->sum);
    return _mm256_cvtepi32_ps(_mm256_madd_epi16(halves, _mm256_set1_epi16(1)));
}

/* Weights d q + m with q unsigned (at most 128): d and m of the 8 blocks, the q of each from unpack. */
LK_INLINE void lk_step_unsigned_avx2(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x,
                                     const int columns, __m256 d, __m256 m, lk_unpack_avx2_fn unpack,
                                     const int block_bytes) {
    float scales[LK_TILE_COLUMNS][8];
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        __m256 dx = _mm256_loadu_ps(x[c]->d);
        acc[c] = _mm256_fmadd_ps(_mm256_mul_ps(m, dx), lk_load_sums(x[c]), acc[c]);
        _mm256_storeu_ps(scales[c], _mm256_mul_ps(d, dx));
    }
    for (int j = 0; j < 8; j++) {
        __m256i q = unpack(w + j * block_bytes);
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++) {
            __m256i dot = lk_dot_u8(q, _mm256_loadu_si256((const __m256i *)(x[c]->q + 32 * j)));
            acc[c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot), _mm256_broadcast_ss(&scales[c][j]), acc[c]);
        }
    }
}

/* Weights d q with q signed: the sign moves to the activation, which cannot be -128. */
LK_INLINE void lk_step_signed_avx2(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x,
                                   const int columns, __m256 d, lk_unpack_avx2_fn unpack,
                                   const int block_bytes) {
    float scales[LK_TILE_COLUMNS][8];
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) _mm256_storeu_ps(scales[c], _mm256_mul_ps(d, _mm256_loadu_ps(x[c]->d)));
    for (int j = 0; j < 8; j++) {
        __m256i q = unpack(w + j * block_bytes);
        __m256i magnitude = _mm256_abs_epi8(q);
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++) {
            __m256i s = _mm256_sign_epi8(_mm256_loadu_si256((const __m256i *)(x[c]->q + 32 * j)), q);
            __m256i dot = lk_dot_u8(magnitude, s);
            acc[c] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(dot), _mm256_broadcast_ss(&scales[c][j]), acc[c]);
        }
    }
}

#endif
