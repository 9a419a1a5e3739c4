/* The points of codebooks on an ISA that has no better way: loaded one by one, their signs as masks. */
#ifndef LK_POINTS_H
#define LK_POINTS_H

#include "types/gather.h"

/* The quants of 4 magnitudes; minus is 255 where one is negative. */
LK_INLINE lk_words lk_add_signed(const lk_codebook *book, lk_words magnitudes, lk_words minus) {
    const lk_words sizes = magnitudes * book->factor + book->rest * 0x01010101u;
    return (lk_words)((lk_bytes)(sizes ^ minus) - (lk_bytes)minus + book->offset);
}

/* 32 weights from group g of 4 on, points of 8 coordinates; bit 8 i + j of signs is that of coordinate j of
 * point i. */
LK_INLINE void lk_store_points8(lk_sink *sink, int g, int lane, const lk_codebook *book,
                                const lk_numbers *numbers, lk_words signs) {
    lk_words units[8];
    lk_gather8(units, book->grid8, numbers);
    LK_UNROLL
    for (int i = 0; i < 8; i++)
        lk_store_quants(sink, g + i, lane, lk_add_signed(book, units[i], lk_bit_masks(signs, i)));
}

/* 16 weights, points of 4 coordinates; bit 4 i + j of signs is that of coordinate j of point i. */
LK_INLINE void lk_store_points4(lk_sink *sink, int g, int lane, const lk_codebook *book,
                                const lk_numbers *numbers, lk_words signs) {
    lk_words units[4];
    lk_gather4(units, book->grid4, numbers);
    LK_UNROLL
    for (int i = 0; i < 4; i++)
        lk_store_quants(sink, g + i, lane, lk_add_signed(book, units[i], lk_bit_masks(signs, i)));
}

#endif
