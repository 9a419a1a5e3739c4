/* The vectors of the unpackers for NEON: a lane of 4 bytes for each of 4 rows, a quarter of a panel. */
#ifndef LK_UNPACK_NEON_H
#define LK_UNPACK_NEON_H

#include "types/inline.h"
#include "types/panel.h"
#include <arm_neon.h>
#include <string.h>

/* Rows in a vector. */
#define LK_LANES 4

typedef uint8_t lk_bytes __attribute__((vector_size(16), may_alias, aligned(1)));
typedef uint32_t lk_words __attribute__((vector_size(16), may_alias, aligned(1)));
typedef int32_t lk_integers __attribute__((vector_size(16), may_alias, aligned(1)));
typedef float lk_floats __attribute__((vector_size(16), may_alias, aligned(1)));

/* LK_LANES f16 numbers. */
LK_INLINE lk_floats lk_load_f16(const void *p) {
    return (lk_floats)vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8((const uint8_t *)p)));
}

/* One f16 number in all lanes. */
LK_INLINE lk_floats lk_repeat_f16(uint16_t half) {
    return (lk_floats)vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(half)));
}

/* LK_LANES bytes, 16-bit numbers, as integers. */
LK_INLINE lk_integers lk_load_u8(const void *p) {
    uint32_t four;
    memcpy(&four, p, sizeof four);
    return (lk_integers)vmovl_u16(vget_low_u16(vmovl_u8(vreinterpret_u8_u32(vdup_n_u32(four)))));
}

LK_INLINE lk_integers lk_load_i8(const void *p) {
    int32_t four;
    memcpy(&four, p, sizeof four);
    return (lk_integers)vmovl_s16(vget_low_s16(vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)))));
}

LK_INLINE lk_integers lk_load_u16(const void *p) {
    return (lk_integers)vmovl_u16(vreinterpret_u16_u8(vld1_u8((const uint8_t *)p)));
}

/* The low and the high half of each word, f16 numbers. */
LK_INLINE void lk_pair_to_float(lk_floats *low, lk_floats *high, lk_words pairs) {
    *low = (lk_floats)vcvt_f32_f16(vreinterpret_f16_u16(vmovn_u32((uint32x4_t)pairs)));
    *high = (lk_floats)vcvt_f32_f16(vreinterpret_f16_u16(vshrn_n_u32((uint32x4_t)pairs, 16)));
}

LK_INLINE lk_floats lk_to_float(lk_integers v) {
    return (lk_floats)vcvtq_f32_s32((int32x4_t)v);
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
    const uint32x4_t first = vreinterpretq_u32_u64(vld1q_u64(p)),
                     last = vreinterpretq_u32_u64(vld1q_u64(p + 2));
    *low = (lk_words)vuzp1q_u32(first, last);
    *high = (lk_words)vuzp2q_u32(first, last);
}

/* Bits 4 i to 4 i + 3 of each word, i < 8, as its bytes: 0 or 255. */
LK_INLINE lk_words lk_bit_masks(lk_words bits, const int i) {
    static const uint8_t first_of_word[16] = {0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12};
    const uint8x16_t places = vaddq_u8(vld1q_u8(first_of_word), vdupq_n_u8((uint8_t)(i / 2)));
    const uint8x16_t bit = vreinterpretq_u8_u32(vdupq_n_u32(0x08040201u << i % 2 * 4));
    return (lk_words)vtstq_u8(vqtbl1q_u8((uint8x16_t)bits, places), bit);
}

/* The bytes of table at indices 0 to 15. */
LK_INLINE lk_bytes lk_table16(const uint8_t *table, lk_bytes indices) {
    return (lk_bytes)vqtbl1q_u8(vld1q_u8(table), (uint8x16_t)indices);
}

#endif
