/* What IQ4_NL, IQ4_XS and MXFP4 share: nibbles are indices of a table. */
#ifndef LK_UNPACK_TABLE_H
#define LK_UNPACK_TABLE_H

#include "types/unpack.h"

/* lk_iq4_values, plus 128. */
static const uint8_t lk_iq4_quants[16] = {1,   24,  45,  63,  79,  93,  106, 118,
                                          129, 141, 153, 166, 181, 197, 217, 241};

/* 32 weights: the low nibbles are the first 16. */
LK_INLINE void lk_unpack_table(lk_sink *sink, const uint8_t *field, const uint8_t *table, int block) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) LK_FOR_LANES(lane) {
            const lk_words both = lk_load_unit(field, i, lane);
            const lk_words low = both & 0x0f0f0f0f, high = both >> 4 & 0x0f0f0f0f;
            lk_store_quants(sink, 8 * block + i, lane, (lk_words)lk_table16(table, (lk_bytes)low));
            lk_store_quants(sink, 8 * block + 4 + i, lane, (lk_words)lk_table16(table, (lk_bytes)high));
        }
}

#endif
