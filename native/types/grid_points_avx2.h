/* Weights of two rows out of the codebooks of IQ1 to IQ3: 16 of each row to a vector, as block256_avx2.h
 * wants them. */
#ifndef LK_GRID_POINTS_AVX2_H
#define LK_GRID_POINTS_AVX2_H

#include "types/block256_avx2.h"
#include "types/iq_grids.h"

/* 16 numbers of points of a row, from point 16 i of a block on, as 16-bit lanes. */
typedef __m256i (*lk_numbers_fn)(const uint8_t *w, int i);

/* The numbers of the points of half a block of each row, four in an integer, for types that do not store them
 * as whole bytes. The integer units take them apart: a detour through memory costs more than it saves. */
typedef struct lk_numbers {
    uint64_t four[2][8];
} lk_numbers;

LK_INLINE void lk_take_apart(uint64_t *four, __m256i lanes) {
    four[0] = (uint64_t)_mm256_extract_epi64(lanes, 0);
    four[1] = (uint64_t)_mm256_extract_epi64(lanes, 1);
    four[2] = (uint64_t)_mm256_extract_epi64(lanes, 2);
    four[3] = (uint64_t)_mm256_extract_epi64(lanes, 3);
}

/* Of points 16 first to 16 (first + count) - 1. */
LK_INLINE void lk_load_numbers(lk_numbers *numbers, const uint8_t *const *w, const int first, const int count,
                               lk_numbers_fn load) {
    LK_UNROLL
    for (int i = 0; i < count; i++) {
        lk_take_apart(numbers->four[0] + 4 * i, load(w[0], first + i));
        lk_take_apart(numbers->four[1] + 4 * i, load(w[1], first + i));
    }
}

LK_INLINE uint32_t lk_number_at(const lk_numbers *numbers, const int r, const int i) {
    return numbers->four[r][i / 4] >> i % 4 * 16 & 0xffff;
}

/* 16 numbers: low bytes at qs, with high bits that lie where they belong. */
LK_INLINE __m256i lk_complete_numbers(const uint8_t *qs, __m256i high) {
    return _mm256_or_si256(_mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)qs)), high);
}

/* Lanes of 16 bits, each times its factor: the bits that mask keeps. */
LK_INLINE __m256i lk_move_bits(__m256i lanes, __m256i factors, const int16_t mask) {
    return _mm256_and_si256(_mm256_mullo_epi16(lanes, factors), _mm256_set1_epi16(mask));
}

/* Two points of 8 coordinates of each row: a and b of row 0, c and d of row 1. */
LK_INLINE __m256i lk_load_points8(const uint64_t *grid, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return _mm256_set_epi64x((int64_t)grid[d], (int64_t)grid[c], (int64_t)grid[b], (int64_t)grid[a]);
}

/* Points 2 i and 2 i + 1 of half a block. */
LK_INLINE __m256i lk_points8_at(const uint64_t *grid, const lk_numbers *numbers, const int i) {
    return lk_load_points8(grid, lk_number_at(numbers, 0, 2 * i), lk_number_at(numbers, 0, 2 * i + 1),
                           lk_number_at(numbers, 1, 2 * i), lk_number_at(numbers, 1, 2 * i + 1));
}

/* Four points of 4 coordinates of a row. */
LK_INLINE __m128i lk_load_points4(const uint32_t *grid, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return _mm_set_epi32((int32_t)grid[d], (int32_t)grid[c], (int32_t)grid[b], (int32_t)grid[a]);
}

/* Bytes of seven signs to bytes of eight, as lk_iq_signs makes them. */
LK_INLINE __m256i lk_complete_signs(__m256i seven) {
    const __m256i parity = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, -128, -128, 0, -128, 0, 0, -128, -128, 0, 0, -128, 0, -128, -128, 0));
    __m256i folded = _mm256_xor_si256(seven, _mm256_srli_epi16(seven, 4));
    __m256i eighth = _mm256_shuffle_epi8(parity, _mm256_and_si256(folded, _mm256_set1_epi8(15)));
    return _mm256_or_si256(seven, eighth);
}

/* Four times seven bits, from bit 0 of an int32 on, to four bytes. */
LK_INLINE __m256i lk_spread_sevens(__m256i words) {
    __m256i a = _mm256_and_si256(words, _mm256_set1_epi32(0x7f));
    __m256i b = _mm256_and_si256(_mm256_slli_epi32(words, 1), _mm256_set1_epi32(0x7f00));
    __m256i c = _mm256_and_si256(_mm256_slli_epi32(words, 2), _mm256_set1_epi32(0x7f0000));
    __m256i d = _mm256_and_si256(_mm256_slli_epi32(words, 3), _mm256_set1_epi32(0x7f000000));
    return _mm256_or_si256(_mm256_or_si256(a, b), _mm256_or_si256(c, d));
}

/* Bits of bytes 2 i and 2 i + 1 of each row, as bytes 0 or -1. */
LK_INLINE __m256i lk_spread_bits(__m256i bytes, const int i) {
    const __m256i bit_of = _mm256_set1_epi64x((int64_t)0x8040201008040201);
    const int64_t first = 0x0202020202020202 * i, second = first + 0x0101010101010101;
    __m256i spread = _mm256_shuffle_epi8(bytes, _mm256_setr_epi64x(first, second, first, second));
    return _mm256_cmpeq_epi8(_mm256_and_si256(spread, bit_of), bit_of);
}

/* offset + magnitudes, or offset - magnitudes where minus is -1. */
LK_INLINE __m256i lk_add_signed(const int8_t offset, __m256i magnitudes, __m256i minus) {
    return _mm256_add_epi8(_mm256_xor_si256(magnitudes, minus),
                           _mm256_sub_epi8(_mm256_set1_epi8(offset), minus));
}

/* 2 s + 1 of 16-bit scales s. */
LK_INLINE __m256i lk_odd_scales(__m256i scales) {
    return _mm256_add_epi16(_mm256_add_epi16(scales, scales), _mm256_set1_epi16(1));
}

/* Bits 28 to 31 of an int32 of a group of 32, as int16 of its 16s. */
LK_INLINE __m256i lk_group_scales(__m256i words) {
    __m256i high = _mm256_srli_epi32(words, 28);
    return _mm256_or_si256(high, _mm256_slli_epi32(high, 16));
}

/* 8 nibbles of each row, low ones first, as int16. */
LK_INLINE __m256i lk_load_nibble_scales(const uint8_t *const *w, size_t offset) {
    __m256i bytes = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)lk_load_pair_u32(w, offset)));
    return _mm256_and_si256(_mm256_or_si256(bytes, _mm256_slli_epi32(bytes, 12)),
                            _mm256_set1_epi32(0x000f000f));
}

/* acc + d times the weights scales (q - offset) times x, for q to 124 and scales to 31 of 16 weights each. */
LK_INLINE void lk_half_step_points(__m256 *acc, const __m256i *q, __m256i scales, const int16_t offset,
                                   __m256 d, const lk_block_a8 *const *x, const int columns, const int half) {
    __m256i spread[8], offsets = _mm256_mullo_epi16(scales, _mm256_set1_epi16(offset));
    lk_spread_scales(spread, scales);
    LK_UNROLL
    for (int c = 0; c < columns; c++)
        acc[c] = lk_add_with_offset(acc[c], lk_sums_scaled(q, spread, x[c], half), offsets, d, x[c], half);
}

#endif
