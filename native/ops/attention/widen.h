/* Rows of a cache to f32, after an ISA's simd and unpack headers. Values are those of the types' own
 * dequantizers: a quant of a few bits times a scale of 11 is exact, so that only the addition rounds. Rows
 * end in whole vectors: there is room. */
#ifndef LK_ATTENTION_WIDEN_H
#define LK_ATTENTION_WIDEN_H

#include "ops/attention/flash.h"
#include "types/iq4_nl/block.h"
#include "types/q4_0/block.h"
#include "types/q4_1/block.h"
#include "types/q5_0/block.h"
#include "types/q5_1/block.h"
#include "types/q8_0/block.h"
#include <string.h>

_Static_assert(LK_LANES == LK_SIMD_LANES, "one vector");

/* Elements of 2 bytes. */
LK_INLINE void widen_halves(float *dst, const uint8_t *src, int64_t n, lk_floats (*load)(const void *)) {
    int64_t i = 0;
    for (; i + LK_LANES <= n; i += LK_LANES) lk_simd_store(dst + i, (lk_simd)load(src + 2 * i), LK_LANES);
    if (i == n) return;
    uint8_t rest[2 * LK_LANES] = {0};
    memcpy(rest, src + 2 * i, (size_t)(n - i) * 2);
    lk_simd_store(dst + i, (lk_simd)load(rest), LK_LANES);
}

LK_INLINE lk_floats load_bf16(const void *p) {
    return (lk_floats)((lk_words)lk_load_u16(p) << 16);
}

static void widen_f32(float *dst, const uint8_t *src, int64_t n) {
    memcpy(dst, src, (size_t)n * sizeof *dst);
}

static void widen_f16(float *dst, const uint8_t *src, int64_t n) {
    widen_halves(dst, src, n, lk_load_f16);
}

static void widen_bf16(float *dst, const uint8_t *src, int64_t n) {
    widen_halves(dst, src, n, load_bf16);
}

static void widen_q8_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q8_0 *block = (const lk_block_q8_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const lk_simd d = (lk_simd)lk_repeat_f16(block->d);
        LK_UNROLL for (int j = 0; j < 32; j += LK_LANES) {
            const lk_simd q = (lk_simd)lk_to_float(lk_load_i8(block->qs + j));
            lk_simd_store(dst + i + j, lk_simd_mul(q, d), LK_LANES);
        }
    }
}

/* 32 elements d q + low, their q in nibbles. */
LK_INLINE void widen_nibbles(float *dst, const uint8_t *qs, lk_simd d, lk_simd low) {
    LK_UNROLL for (int j = 0; j < 16; j += LK_LANES) {
        const lk_words both = (lk_words)lk_load_u8(qs + j);
        const lk_simd first = (lk_simd)lk_nibble_to_float(both, 0),
                      second = (lk_simd)lk_nibble_to_float(both, 1);
        lk_simd_store(dst + j, lk_simd_fma(first, d, low), LK_LANES);
        lk_simd_store(dst + 16 + j, lk_simd_fma(second, d, low), LK_LANES);
    }
}

static void widen_q4_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q4_0 *block = (const lk_block_q4_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const lk_simd d = (lk_simd)lk_repeat_f16(block->d);
        widen_nibbles(dst + i, block->qs, d, lk_simd_mul(d, lk_simd_all(-8)));
    }
}

static void widen_q4_1(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q4_1 *block = (const lk_block_q4_1 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++)
        widen_nibbles(dst + i, block->qs, (lk_simd)lk_repeat_f16(block->d), (lk_simd)lk_repeat_f16(block->m));
}

/* 32 elements d q + low; bit i of fifths is the fifth bit of element i. */
LK_INLINE void widen_fives(float *dst, const uint8_t *qs, uint32_t fifths, lk_simd d, lk_simd low) {
    lk_words lanes;
    LK_UNROLL for (int i = 0; i < LK_LANES; i++) lanes[i] = (uint32_t)i;
    LK_UNROLL for (int j = 0; j < 16; j += LK_LANES) {
        const lk_words both = (lk_words)lk_load_u8(qs + j);
        const lk_words first = (both & 15) | (fifths >> (lanes + (uint32_t)j) & 1) << 4;
        const lk_words second = both >> 4 | (fifths >> (lanes + (uint32_t)j + 16) & 1) << 4;
        lk_simd_store(dst + j, lk_simd_fma((lk_simd)lk_to_float((lk_integers)first), d, low), LK_LANES);
        lk_simd_store(dst + 16 + j, lk_simd_fma((lk_simd)lk_to_float((lk_integers)second), d, low), LK_LANES);
    }
}

static void widen_q5_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q5_0 *block = (const lk_block_q5_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const lk_simd d = (lk_simd)lk_repeat_f16(block->d);
        widen_fives(dst + i, block->qs, block->qh, d, lk_simd_mul(d, lk_simd_all(-16)));
    }
}

static void widen_q5_1(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q5_1 *block = (const lk_block_q5_1 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++)
        widen_fives(dst + i, block->qs, block->qh, (lk_simd)lk_repeat_f16(block->d),
                    (lk_simd)lk_repeat_f16(block->m));
}

/* The table's number for the lowest byte of each word. */
LK_INLINE lk_simd iq4_value(lk_words index) {
    const lk_words bytes = (lk_words)lk_table16((const uint8_t *)lk_iq4_values, (lk_bytes)index);
    return (lk_simd)lk_to_float((lk_integers)(bytes << 24) >> 24);
}

static void widen_iq4_nl(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_iq4_nl *block = (const lk_block_iq4_nl *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const lk_simd d = (lk_simd)lk_repeat_f16(block->d);
        LK_UNROLL for (int j = 0; j < 16; j += LK_LANES) {
            const lk_words both = (lk_words)lk_load_u8(block->qs + j);
            lk_simd_store(dst + i + j, lk_simd_mul(iq4_value(both & 15), d), LK_LANES);
            lk_simd_store(dst + i + 16 + j, lk_simd_mul(iq4_value(both >> 4), d), LK_LANES);
        }
    }
}

static void widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows) {
    const int64_t n = cache->dims[0], stride = cache->strides[1];
    switch (cache->type) {
#define CASE(upper, lower)                                                                                   \
    case LK_TYPE_##upper:                                                                                    \
        for (int64_t row = 0; row < rows; row++)                                                             \
            widen_##lower(dst + row * dst_stride, src + row * stride, n);                                    \
        break;
        CASE(F32, f32)
        CASE(F16, f16)
        CASE(BF16, bf16)
        CASE(Q8_0, q8_0)
        CASE(Q5_1, q5_1)
        CASE(Q5_0, q5_0)
        CASE(Q4_1, q4_1)
        CASE(Q4_0, q4_0)
        CASE(IQ4_NL, iq4_nl)
#undef CASE
    }
}

#endif
