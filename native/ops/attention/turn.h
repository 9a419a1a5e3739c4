/* Keys to columns, after widen.h: words of 4 bytes are transposed before they become numbers, a quarter or
 * half of what there would be after it. The numbers are those of widen.h. */
#ifndef LK_ATTENTION_TURN_H
#define LK_ATTENTION_TURN_H

#include "ops/attention/widen.h"

/* The f16 numbers with which the rows begin, a lane each. */
LK_INLINE lk_simd scales_of(const uint8_t *src, int64_t stride) {
    uint16_t halves[LK_LANES];
    LK_UNROLL for (int r = 0; r < LK_LANES; r++) memcpy(halves + r, src + r * stride, sizeof *halves);
    return (lk_simd)lk_load_f16(halves);
}

static void turn_f16(float *columns, const uint8_t *src, int64_t stride, int64_t n) {
    for (int64_t d = 0; d < n; d += 8) {
        lk_simd pairs[4];
        lk_simd_columns4(pairs, src + 2 * d, stride);
        LK_UNROLL for (int i = 0; i < 4; i++) {
            lk_floats low, high;
            lk_pair_to_float(&low, &high, (lk_words)pairs[i]);
            put_column(columns, d + 2 * i, (lk_simd)low);
            put_column(columns, d + 2 * i + 1, (lk_simd)high);
        }
    }
}

/* A quant is taken from the highest byte, times 2^24, which the scale makes good. */
static void turn_q8_0(float *columns, const uint8_t *src, int64_t stride, int64_t n) {
    for (int64_t d = 0; d < n; d += 32, src += sizeof(lk_block_q8_0)) {
        const lk_simd scale = lk_simd_mul(scales_of(src, stride), lk_simd_all(0x1p-24f));
        LK_UNROLL for (int half = 0; half < 32; half += 16) {
            lk_simd fours[4];
            lk_simd_columns4(fours, src + offsetof(lk_block_q8_0, qs) + half, stride);
            LK_UNROLL for (int i = 0; i < 16; i++) {
                const lk_words q = (lk_words)fours[i / 4] << (24 - i % 4 * 8) & 0xff000000;
                put_column(columns, d + half + i, lk_simd_mul((lk_simd)lk_to_float((lk_integers)q), scale));
            }
        }
    }
}

static void turn_q4_0(float *columns, const uint8_t *src, int64_t stride, int64_t n) {
    for (int64_t d = 0; d < n; d += 32, src += sizeof(lk_block_q4_0)) {
        const lk_simd scale = scales_of(src, stride), low = lk_simd_mul(scale, lk_simd_all(-8));
        lk_simd eights[4];
        lk_simd_columns4(eights, src + offsetof(lk_block_q4_0, qs), stride);
        LK_UNROLL for (int i = 0; i < 16; i++) {
            const lk_words both = (lk_words)eights[i / 4];
            const lk_simd first = (lk_simd)lk_nibble_to_float(both, i % 4 * 2),
                          second = (lk_simd)lk_nibble_to_float(both, i % 4 * 2 + 1);
            put_column(columns, d + i, lk_simd_fma(first, scale, low));
            put_column(columns, d + i + 16, lk_simd_fma(second, scale, low));
        }
    }
}

static void turn(float *columns, lk_flash_rows rows, const lk_view *cache, const uint8_t *src,
                 lk_attention_span keys) {
    const int64_t n = cache->dims[0], stride = cache->strides[1];
    const bool all = keys.begin == 0 && keys.end == LK_LANES;
    if (all && cache->type == LK_TYPE_F16 && n % 8 == 0)
        turn_f16(columns, src, stride, n);
    else if (all && cache->type == LK_TYPE_Q8_0)
        turn_q8_0(columns, src, stride, n);
    else if (all && cache->type == LK_TYPE_Q4_0)
        turn_q4_0(columns, src, stride, n);
    else
        turn_widened(columns, rows, cache, src, keys);
}

#endif
