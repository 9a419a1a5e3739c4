/* The points of codebooks on AVX-512 with VBMI and GFNI: permutations of bytes look up both bytes of a code
 * (iq_codes.h), 64 points at a time, and one more makes four quants of a code and its signs. */
#ifndef LK_POINTS_VBMI_H
#define LK_POINTS_VBMI_H

#include "types/unpack_avx512.h"
#include "types/codebook.h"
#include "types/iq_codes.h"

/* Byte j of each word becomes the 8 bits that begin at its bit at + step j; of those beyond the word's end
 * nothing is known. */
LK_INLINE __m512i lk_spread(__m512i words, const int at, const int step) {
    const uint64_t first = (uint64_t)(at & 63) * 0x0101010101010101;
    const uint64_t places = first + (uint64_t)step * 0x0302010003020100 + 0x2020202000000000;
    return _mm512_multishift_epi64_epi8(_mm512_set1_epi64((int64_t)places), words);
}

/* Four bytes of each row's eight, of two vectors: those that are the bytes of `four` below 4 are of the
 * first, from 64 on of the second. */
LK_INLINE __m512i lk_choose_bytes(__m512i first, __m512i last, const uint32_t four) {
    const lk_words row = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return _mm512_permutex2var_epi8(first, (__m512i)(row * 0x04040404u + four), last);
}

/* 64 numbers of points: bits 0 to 7, and those above as far as the codebook has them. */
typedef struct lk_places {
    __m512i low;
    __mmask64 high[3];
} lk_places;

/* table[number] of 64 numbers, for up to 1024 bytes: permutations of 128 each, from which masks choose. */
LK_INLINE __m512i lk_look_up_bytes(const uint8_t *table, const int points, const lk_places *places) {
    __m512i found[8];
    LK_UNROLL
    for (int i = 0; i < points / 128; i++)
        found[i] = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128 * i), places->low,
                                            _mm512_loadu_si512(table + 128 * i + 64));
    LK_UNROLL
    for (int bit = 0; 256 << bit <= points; bit++) {
        const __mmask64 set = bit == 0 ? _mm512_movepi8_mask(places->low) : places->high[bit - 1];
        LK_UNROLL
        for (int i = 0; i < points >> (8 + bit); i++)
            found[i] = _mm512_mask_blend_epi8(set, found[2 * i], found[2 * i + 1]);
    }
    return found[0];
}

/* Which bytes have a bit. */
LK_INLINE __mmask64 lk_bytes_with(__m512i bytes, const int bit) {
    return _mm512_test_epi8_mask(bytes, _mm512_set1_epi8((char)(1 << bit)));
}

/* Byte `half` of the codes of 64 points. */
LK_INLINE __m512i lk_look_up_half(const lk_codebook *book, const lk_places *places, const int half) {
    return lk_look_up_bytes(book->code_bytes + half * book->points, book->points, places);
}

/* Quants of codes of `bits` bits each, from bit `at` of each word on, `step` apart; their signs begin at bit
 * `sign`. */
LK_INLINE lk_words lk_signed_quants(const lk_codebook *book, __m512i codes, const int at, const int step,
                                    const int bits, __m512i signs, const int sign) {
    const __m512i code = lk_spread(codes, at, step), above = lk_spread(signs, sign - bits, 1);
    const __m512i chosen =
        _mm512_ternarylogic_epi32(_mm512_set1_epi8((char)((1 << bits) - 1)), code, above, 0xca);
    const __m512i quants = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)book->quants));
    return (lk_words)_mm512_permutexvar_epi8(chosen, quants);
}

/* 32 weights from group g of 4 on, points of 8 coordinates; bit 8 i + j of signs is that of coordinate j of
 * point i. */
LK_INLINE void lk_permute_points8(lk_sink *sink, int g, const lk_codebook *book, const lk_places *places,
                                  __m512i signs) {
    const __m512i low = lk_look_up_half(book, places, 0), high = lk_look_up_half(book, places, 1);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        lk_store_quants(sink, g + 2 * i, 0, lk_signed_quants(book, low, 8 * i, 2, 2, signs, 8 * i));
        lk_store_quants(sink, g + 2 * i + 1, 0, lk_signed_quants(book, high, 8 * i, 2, 2, signs, 8 * i + 4));
    }
}

/* 16 weights, points of 4 coordinates; bit first + 4 i + j of signs is that of coordinate j of point i. */
LK_INLINE void lk_permute_points4(lk_sink *sink, int g, const lk_codebook *book, const lk_places *places,
                                  __m512i signs, const int first) {
    const __m512i low = lk_look_up_half(book, places, 0), high = lk_look_up_half(book, places, 1);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const __m512i two = lk_choose_bytes(low, high, i < 2 ? 0x41014000 : 0x43034202);
        lk_store_quants(sink, g + i, 0,
                        lk_signed_quants(book, two, 16 * (i % 2), 4, 3, signs, first + 4 * i));
    }
}

/* As lk_store_eighths, of points whose numbers' high bits are those of bytes of `high`; `more` has 2 in the
 * four bytes of each row, and for each point, whose shift is up. */
LK_INLINE void lk_permute_eighths(lk_sink *sink, int g, __m512i low, __m512i high, const lk_words more[4]) {
    const lk_places places = {
        .low = low, .high = {lk_bytes_with(high, 0), lk_bytes_with(high, 1), lk_bytes_with(high, 2)}};
    const __m512i eights = _mm512_set1_epi32(0x00100800);
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        const uint8_t *table = lk_iq1_code_bytes[half];
        const __m512i codes = _mm512_mask_blend_epi8(places.high[2], lk_look_up_bytes(table, 1024, &places),
                                                     lk_look_up_bytes(table + 1024, 1024, &places));
        LK_UNROLL
        for (int i = 0; i < 4; i++)
            lk_store_quants(sink, g + 2 * i + half, 0,
                            (lk_words)_mm512_permutexvar_epi8(lk_spread(codes, 8 * i, 2), eights) | more[i]);
    }
}

/* 2 in the bytes of the rows whose bit is not set. */
LK_INLINE lk_words lk_more_unless(__m512i words, const int bit) {
    const __mmask16 rows = _mm512_testn_epi32_mask(words, _mm512_set1_epi32((int)(1u << bit)));
    return (lk_words)_mm512_maskz_set1_epi32(rows, 0x02020202);
}

/* Bits first to first + 6 of each byte, and as bit 7 of eight signs their parity, as lk_iq_signs makes it. */
LK_INLINE __m512i lk_even_signs(__m512i bytes, const int first) {
    const int64_t bits = first == 0 ? 0x010204081020407f : 0x02040810204080fe;
    return _mm512_gf2p8affine_epi64_epi8(bytes, _mm512_set1_epi64(bits), 0);
}

LK_INLINE __m512i lk_load_words(const uint8_t *field, int unit) {
    return _mm512_loadu_si512(field + 64 * unit);
}

#endif
