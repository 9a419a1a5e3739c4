/* The vectors of the unpackers for AVX-512: a lane of 4 bytes for each of the 16 rows of a panel. */
#ifndef LK_UNPACK_AVX512_H
#define LK_UNPACK_AVX512_H

#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

/* Rows in a vector. */
#define LK_LANES 16

typedef uint8_t lk_bytes __attribute__((vector_size(64), may_alias, aligned(1)));
typedef uint32_t lk_words __attribute__((vector_size(64), may_alias, aligned(1)));
typedef int32_t lk_integers __attribute__((vector_size(64), may_alias, aligned(1)));
typedef float lk_floats __attribute__((vector_size(64), may_alias, aligned(1)));

/* LK_LANES f16 numbers. */
LK_INLINE lk_floats lk_load_f16(const void *p) {
    return (lk_floats)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i *)p));
}

/* One f16 number in all lanes. */
LK_INLINE lk_floats lk_repeat_f16(uint16_t half) {
    return (lk_floats)_mm512_cvtph_ps(_mm256_set1_epi16((int16_t)half));
}

/* LK_LANES bytes, 16-bit numbers, as integers. */
LK_INLINE lk_integers lk_load_u8(const void *p) {
    return (lk_integers)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
}

LK_INLINE lk_integers lk_load_i8(const void *p) {
    return (lk_integers)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)p));
}

LK_INLINE lk_integers lk_load_u16(const void *p) {
    return (lk_integers)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)p));
}

/* The low and the high half of each word, f16 numbers. */
LK_INLINE void lk_pair_to_float(lk_floats *low, lk_floats *high, lk_words pairs) {
    const __m512i even_odd = _mm512_set_epi16(31, 29, 27, 25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1, 30,
                                              28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i sorted = _mm512_permutexvar_epi16(even_odd, (__m512i)pairs);
    *low = (lk_floats)_mm512_cvtph_ps(_mm512_castsi512_si256(sorted));
    *high = (lk_floats)_mm512_cvtph_ps(_mm512_extracti64x4_epi64(sorted, 1));
}

LK_INLINE lk_floats lk_to_float(lk_integers v) {
    return (lk_floats)_mm512_cvtepi32_ps((__m512i)v);
}

/* Nibble i < 8 of each word, as numbers. */
LK_INLINE lk_floats lk_nibble_to_float(lk_words nibbles, const int i) {
    const lk_floats numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return (lk_floats)_mm512_permutexvar_ps((__m512i)(nibbles >> 4 * i), (__m512)numbers);
}

/* 2 s + 1 for nibble i < 8 of each word as s. */
LK_INLINE lk_floats lk_odd_to_float(lk_words nibbles, const int i) {
    const lk_floats numbers = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31};
    return (lk_floats)_mm512_permutexvar_ps((__m512i)(nibbles >> 4 * i), (__m512)numbers);
}

/* The bytes of table at indices 0 to 15. */
LK_INLINE lk_bytes lk_table16(const uint8_t *table, lk_bytes indices) {
    const __m512i values = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)table));
    return (lk_bytes)_mm512_shuffle_epi8(values, (__m512i)indices);
}

/* Bits 4 i to 4 i + 3 of each word, i < 8, as its bytes: 0 or 255. */
LK_INLINE lk_words lk_bit_masks(lk_words bits, const int i) {
    const int byte = 0x01010101 * (i / 2);
    const __m512i places = _mm512_set4_epi32(byte + 0x0c0c0c0c, byte + 0x08080808, byte + 0x04040404, byte);
    const __m512i spread = _mm512_shuffle_epi8((__m512i)bits, places);
    return (lk_words)_mm512_movm_epi8(
        _mm512_test_epi8_mask(spread, _mm512_set1_epi32((int)(0x08040201u << i % 2 * 4))));
}

/* Of words below 2^16: these in both halves. */
LK_INLINE lk_words lk_in_halves(lk_words v) {
    return v | v << 16;
}

/* 16-bit halves, modulo 2^16. */
LK_INLINE lk_words lk_multiply_halves(lk_words a, lk_words b) {
    return (lk_words)_mm512_mullo_epi16((__m512i)a, (__m512i)b);
}

LK_INLINE lk_words lk_add_halves(lk_words a, lk_words b) {
    return (lk_words)_mm512_add_epi16((__m512i)a, (__m512i)b);
}

/* The low and the high words of LK_LANES 64-bit numbers. */
LK_INLINE void lk_load_halves(lk_words *low, lk_words *high, const uint64_t *p) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    const __m512i first = _mm512_loadu_si512(p), last = _mm512_loadu_si512(p + 8);
    *low = (lk_words)_mm512_permutex2var_epi32(first, even, last);
    *high = (lk_words)_mm512_permutex2var_epi32(first, _mm512_add_epi32(even, _mm512_set1_epi32(1)), last);
}

#endif
