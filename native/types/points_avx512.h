/* The points of codebooks on AVX-512: their codes (iq_codes.h) are chosen by permutations of the table, and
 * with its sign a code chooses a quant. Takes the place of points_gathered.h when included before. */
#ifndef LK_POINTS_H
#define LK_POINTS_H

#include "types/unpack_avx512.h"
#include "types/codebook.h"

/* table[number] of 32 numbers each, of which bits 0 to 7 count: permutations of 64 each, from which masks
 * choose. */
LK_INLINE void lk_permute_256(__m512i *to, const uint16_t *table, const __m512i *numbers) {
    __m512i found[4][2];
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const __m512i low = _mm512_loadu_si512(table + 64 * i),
                      high = _mm512_loadu_si512(table + 64 * i + 32);
        found[i][0] = _mm512_permutex2var_epi16(low, numbers[0], high);
        found[i][1] = _mm512_permutex2var_epi16(low, numbers[1], high);
    }
    LK_UNROLL
    for (int j = 0; j < 2; j++) {
        const __mmask32 bit_6 = _mm512_test_epi16_mask(numbers[j], _mm512_set1_epi16(64)),
                        bit_7 = _mm512_test_epi16_mask(numbers[j], _mm512_set1_epi16(128));
        to[j] = _mm512_mask_blend_epi16(bit_7, _mm512_mask_blend_epi16(bit_6, found[0][j], found[1][j]),
                                        _mm512_mask_blend_epi16(bit_6, found[2][j], found[3][j]));
    }
}

/* The codes of the numbers, two to a word. */
LK_INLINE lk_numbers lk_look_up(const lk_codebook *book, lk_numbers numbers) {
    const __m512i wanted[2] = {(__m512i)numbers.first, (__m512i)numbers.last};
    __m512i found[2], more[2];
    lk_permute_256(found, book->codes, wanted);
    LK_UNROLL
    for (int i = 256; i < book->points; i += 256) {
        lk_permute_256(more, book->codes + i, wanted);
        LK_UNROLL
        for (int j = 0; j < 2; j++) {
            const __mmask32 above = _mm512_cmpge_epu16_mask(wanted[j], _mm512_set1_epi16((int16_t)i));
            found[j] = _mm512_mask_blend_epi16(above, found[j], more[j]);
        }
    }
    return (lk_numbers){(lk_words)found[0], (lk_words)found[1]};
}

/* The four codes of 2 bits of byte i < 4, as bytes. */
LK_INLINE lk_words lk_pairs_at(lk_words codes, const int i) {
    const lk_words apart = (lk_shift(codes, -8 * i) & 0x0f) | (lk_shift(codes, 12 - 8 * i) & 0x0f0000);
    return (apart | apart << 6) & 0x03030303;
}

/* The four nibbles, below 8, of half i < 2, as bytes. */
LK_INLINE lk_words lk_nibbles_at(lk_words codes, const int i) {
    const lk_words apart = (lk_shift(codes, -16 * i) & 0xff) | (lk_shift(codes, 8 - 16 * i) & 0xff0000);
    return (apart | apart << 4) & 0x07070707;
}

/* As in points_gathered.h. */
LK_INLINE void lk_store_points8(lk_sink *sink, int g, int lane, const lk_codebook *book,
                                const lk_numbers *numbers, lk_words signs) {
    const lk_numbers codes = lk_look_up(book, *numbers);
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const lk_words code = lk_pairs_at(i < 4 ? codes.first : codes.last, i % 4),
                       index = code | (lk_bit_masks(signs, i) & 0x04040404);
        lk_store_quants(sink, g + i, lane, (lk_words)lk_table16(book->quants, (lk_bytes)index));
    }
}

LK_INLINE void lk_store_points4(lk_sink *sink, int g, int lane, const lk_codebook *book,
                                const lk_numbers *numbers, lk_words signs) {
    const lk_numbers codes = lk_look_up(book, *numbers);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        const lk_words code = lk_nibbles_at(i < 2 ? codes.first : codes.last, i % 2),
                       index = code | (lk_bit_masks(signs, i) & 0x08080808);
        lk_store_quants(sink, g + i, lane, (lk_words)lk_table16(book->quants, (lk_bytes)index));
    }
}

#endif
