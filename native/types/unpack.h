/* What the unpackers share: include after an unpack_<isa>.h. They go over the lanes of a panel's 16 rows a
 * vector at a time; `lane` is the first row of one. What they find goes to a sink: a panel, unless a header
 * with another one was included before. */
#ifndef LK_UNPACK_H
#define LK_UNPACK_H

#include "types/panel.h"
#include "types/sink_panel.h"

#define LK_FOR_LANES(lane) for (int lane = lk_first_lane(sink); lane < lk_end_lane(sink); lane += LK_LANES)

/* v << n, or v >> -n. */
LK_INLINE lk_words lk_shift(lk_words v, const int n) {
    return n >= 0 ? v << n : v >> -n;
}

/* Unit i, of 4 bytes a row, of a field. */
LK_INLINE lk_words lk_load_unit(const uint8_t *field, int i, int lane) {
    return *(const lk_words *)(field + 64 * i + 4 * lane);
}

/* Byte i of each row's four, i < 4, as numbers. */
LK_INLINE lk_floats lk_byte_to_float(lk_words four, const int i) {
    return lk_to_float((lk_integers)(four >> 8 * i & 255));
}

/* Units of two quants a byte: the low nibbles are groups of 4 quants from g on, the high ones from h on. */
LK_INLINE void lk_unpack_nibbles(lk_sink *sink, const uint8_t *field, const int units, int g, int h) {
    LK_UNROLL
    for (int i = 0; i < units; i++) LK_FOR_LANES(lane) {
            const lk_words both = lk_load_unit(field, i, lane);
            lk_store_quants(sink, g + i, lane, both & 0x0f0f0f0f);
            lk_store_quants(sink, h + i, lane, both >> 4 & 0x0f0f0f0f);
        }
}

/* A block of Q5_0 or Q5_1. */
LK_INLINE void lk_unpack_fives(lk_sink *sink, const uint8_t *qs, const uint8_t *qh, int block) {
    LK_FOR_LANES(lane) {
        const lk_words fifth = lk_load_unit(qh, 0, lane);
        LK_UNROLL
        for (int i = 0; i < 4; i++) {
            const lk_words both = lk_load_unit(qs, i, lane);
            lk_store_quants(sink, 8 * block + i, lane,
                            (both & 0x0f0f0f0f) | (lk_bit_masks(fifth, i) & 0x10101010));
            lk_store_quants(sink, 8 * block + 4 + i, lane,
                            (both >> 4 & 0x0f0f0f0f) | (lk_bit_masks(fifth, 4 + i) & 0x10101010));
        }
    }
}

/* The quants of Q2_K and TQ2_0, four to a byte. */
LK_INLINE void lk_unpack_pairs(lk_sink *sink, const uint8_t *field) {
    LK_UNROLL
    for (int part = 0; part < 8; part++) LK_UNROLL
    for (int i = 0; i < 8; i++) LK_FOR_LANES(lane) {
            const lk_words four = lk_load_unit(field, part / 4 * 8 + i, lane);
            lk_store_quants(sink, 8 * part + i, lane, four >> part % 4 * 2 & 0x03030303);
        }
}

/* A scale of 256 weights, for groups of 32. */
LK_INLINE void lk_unpack_one_scale(lk_sink *sink, const uint8_t *d) {
    LK_FOR_LANES(lane) {
        const lk_floats scale = lk_load_f16(d + 2 * lane);
        LK_UNROLL
        for (int i = 0; i < 8; i++) lk_store_scales(sink, i, lane, scale);
    }
}

/* 4 of the scales and minimums of Q4_K and Q5_K. */
LK_INLINE void lk_store_k_scales(lk_sink *sink, int group, int lane, lk_words scales, lk_words minimums,
                                 lk_floats d, lk_floats dmin) {
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        lk_store_scales(sink, group + i, lane, d * lk_byte_to_float(scales, i));
        lk_store_minimums(sink, group + i, lane, dmin * -lk_byte_to_float(minimums, i));
    }
}

/* Fields scales, d and dmin of Q4_K and Q5_K (k_scales.h). */
LK_INLINE void lk_unpack_k_scales(lk_sink *sink, const uint8_t *fields) {
    LK_FOR_LANES(lane) {
        const lk_words low = lk_load_unit(fields, 0, lane), middle = lk_load_unit(fields, 1, lane),
                       high = lk_load_unit(fields, 2, lane);
        const lk_floats d = lk_load_f16(fields + 192 + 2 * lane), dmin = lk_load_f16(fields + 224 + 2 * lane);
        lk_store_k_scales(sink, 0, lane, low & 0x3f3f3f3f, middle & 0x3f3f3f3f, d, dmin);
        lk_store_k_scales(sink, 4, lane, (high & 0x0f0f0f0f) | (low >> 2 & 0x30303030),
                          (high >> 4 & 0x0f0f0f0f) | (middle >> 2 & 0x30303030), d, dmin);
    }
}

#endif
