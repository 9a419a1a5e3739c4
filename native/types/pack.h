/* How the fields of blocks are put together from a byte for each weight, eight weights at a time. */
#ifndef LK_PACK_H
#define LK_PACK_H

#include "types/inline.h"
#include <stdint.h>
#include <string.h>

LK_INLINE uint64_t lk_load_eight(const uint8_t *src) {
    uint64_t eight;
    memcpy(&eight, src, sizeof eight);
    return eight;
}

LK_INLINE void lk_store_eight(uint8_t *dst, uint64_t eight) {
    memcpy(dst, &eight, sizeof eight);
}

/* The low four bits of the first n values in the low nibbles of n bytes, of the next n in the high ones. n is
 * a multiple of 8. */
LK_INLINE void lk_pack_nibbles(uint8_t *packed, const uint8_t *values, const int n) {
    const uint64_t nibbles = 0x0f0f0f0f0f0f0f0f;
    for (int i = 0; i < n; i += 8)
        lk_store_eight(packed + i, (lk_load_eight(values + i) & nibbles) |
                                       (lk_load_eight(values + i + n) & nibbles) << 4);
}

/* Two-bit fields of Q2_K, Q3_K, Q6_K and TQ2_0: bits `from` and `from` + 1 of value 128 h + 32 j + l of 256
 * become bits 2 j of byte 32 h + l (j < 4, l < 32). */
LK_INLINE void lk_pack_two_bits(uint8_t *packed, const uint8_t *values, const int from) {
    for (int i = 0; i < 64; i += 8) {
        uint64_t bytes = 0;
        LK_UNROLL
        for (int j = 0; j < 4; j++) {
            const uint64_t eight = lk_load_eight(values + i / 32 * 128 + 32 * j + i % 32);
            bytes |= (eight >> from & 0x0303030303030303) << 2 * j;
        }
        lk_store_eight(packed + i, bytes);
    }
}

/* Bit `from` of value 32 j + l of 256 becomes bit j of byte l (l < 32). */
LK_INLINE void lk_pack_bits(uint8_t *packed, const uint8_t *values, const int from) {
    for (int i = 0; i < 32; i += 8) {
        uint64_t bytes = 0;
        LK_UNROLL
        for (int j = 0; j < 8; j++)
            bytes |= (lk_load_eight(values + 32 * j + i) >> from & 0x0101010101010101) << j;
        lk_store_eight(packed + i, bytes);
    }
}

/* Bit i: the fifth bit of value i of 32. The product moves the lowest bit of each of 8 bytes into the
 * highest. */
LK_INLINE uint32_t lk_fifth_bits(const uint8_t *values) {
    uint32_t bits = 0;
    for (int i = 0; i < 32; i += 8) {
        const uint64_t eight = lk_load_eight(values + i) >> 4 & 0x0101010101010101;
        bits |= (uint32_t)(eight * 0x0102040810204080 >> 56) << i;
    }
    return bits;
}

#endif
