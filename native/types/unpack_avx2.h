/* The vectors of the unpackers for AVX2: a lane of 4 bytes for each of 8 rows, half a panel. */
#ifndef LK_UNPACK_AVX2_H
#define LK_UNPACK_AVX2_H

#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

/* Rows in a vector. */
#define LK_LANES 8

typedef uint8_t lk_bytes __attribute__((vector_size(32), may_alias, aligned(1)));
typedef uint32_t lk_words __attribute__((vector_size(32), may_alias, aligned(1)));
typedef int32_t lk_integers __attribute__((vector_size(32), may_alias, aligned(1)));
typedef float lk_floats __attribute__((vector_size(32), may_alias, aligned(1)));

/* LK_LANES f16 numbers. */
LK_INLINE lk_floats lk_load_f16(const void *p) {
    return (lk_floats)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)p));
}

/* One f16 number in all lanes. */
LK_INLINE lk_floats lk_repeat_f16(uint16_t half) {
    return (lk_floats)_mm256_cvtph_ps(_mm_set1_epi16((int16_t)half));
}

/* LK_LANES bytes, 16-bit numbers, as integers. */
LK_INLINE lk_integers lk_load_u8(const void *p) {
    return (lk_integers)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

LK_INLINE lk_integers lk_load_i8(const void *p) {
    return (lk_integers)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)p));
}

LK_INLINE lk_integers lk_load_u16(const void *p) {
    return (lk_integers)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)p));
}

/* The low and the high half of each word, f16 numbers. */
LK_INLINE void lk_pair_to_float(lk_floats *low, lk_floats *high, lk_words pairs) {
    const __m256i mixed = _mm256_packus_epi32((__m256i)(pairs & 0xffff), (__m256i)(pairs >> 16));
    const __m256i sorted = _mm256_permute4x64_epi64(mixed, 0xd8);
    *low = (lk_floats)_mm256_cvtph_ps(_mm256_castsi256_si128(sorted));
    *high = (lk_floats)_mm256_cvtph_ps(_mm256_extracti128_si256(sorted, 1));
}

LK_INLINE lk_floats lk_to_float(lk_integers v) {
    return (lk_floats)_mm256_cvtepi32_ps((__m256i)v);
}

/* Nibble i < 8 of each word, as numbers. */
LK_INLINE lk_floats lk_nibble_to_float(lk_words nibbles, const int i) {
    return lk_to_float((lk_integers)(nibbles >> 4 * i & 15));
}

/* 2 s + 1 for nibble i < 8 of each word as s. */
LK_INLINE lk_floats lk_odd_to_float(lk_words nibbles, const int i) {
    return lk_to_float((lk_integers)(((nibbles >> 4 * i & 15) << 1) | 1));
}

/* The low and the high words of LK_LANES 64-bit numbers. */
LK_INLINE void lk_load_halves(lk_words *low, lk_words *high, const uint64_t *p) {
    const __m256 first = _mm256_loadu2_m128((const float *)(p + 4), (const float *)p),
                 last = _mm256_loadu2_m128((const float *)(p + 6), (const float *)(p + 2));
    *low = (lk_words)_mm256_shuffle_ps(first, last, 0x88);
    *high = (lk_words)_mm256_shuffle_ps(first, last, 0xdd);
}

/* Bits 4 i to 4 i + 3 of each word, i < 8, as its bytes: 0 or 255. */
LK_INLINE lk_words lk_bit_masks(lk_words bits, const int i) {
    const int byte = 0x01010101 * (i / 2);
    const __m128i four = _mm_setr_epi32(byte, byte + 0x04040404, byte + 0x08080808, byte + 0x0c0c0c0c);
    const __m256i spread = _mm256_shuffle_epi8((__m256i)bits, _mm256_broadcastsi128_si256(four)),
                  bit = _mm256_set1_epi32((int)(0x08040201u << i % 2 * 4));
    return (lk_words)_mm256_cmpeq_epi8(_mm256_and_si256(spread, bit), bit);
}

/* The bytes of table at indices 0 to 15. */
LK_INLINE lk_bytes lk_table16(const uint8_t *table, lk_bytes indices) {
    const __m256i values = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
    return (lk_bytes)_mm256_shuffle_epi8(values, (__m256i)indices);
}

#endif
