/* A step of WKV6 over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_WKV6_STEP_H
#define LK_WKV6_STEP_H

#include "ops/wkv6/shape.h"

/* Adds r . state of elements [i, i + n) to the sums of some channels; then state = w state + k value. */
LK_SIMD_INLINE void lk_wkv6_update(lk_simd *sums, float *state, const lk_wkv6_inputs *in,
                                   const lk_simd *values, int64_t width, int64_t i, int64_t n,
                                   const int channels) {
    const lk_simd r = lk_simd_load(in->r + i, n), w = lk_simd_load(in->w + i, n);
    const lk_simd k = lk_simd_load(in->k + i, n);
    for (int c = 0; c < channels; c++) {
        float *at = state + c * width + i;
        const lk_simd old = lk_simd_load(at, n);
        sums[c] = lk_simd_fma(r, old, sums[c]);
        lk_simd_store(at, lk_simd_fma(w, old, lk_simd_mul(k, values[c])), n);
    }
}

/* bonus: r . (u k), by which the value of this row counts in its own dst. */
LK_SIMD_INLINE void lk_wkv6_channels(const lk_wkv6_inputs *in, float bonus, float *state, int64_t width,
                                     int64_t channel, const int channels) {
    lk_simd sums[LK_CHANNEL_BLOCK], values[LK_CHANNEL_BLOCK];
    float totals[LK_CHANNEL_BLOCK];
    const int64_t whole = width / LK_SIMD_LANES * LK_SIMD_LANES;
    for (int c = 0; c < LK_CHANNEL_BLOCK; c++) {
        values[c] = lk_simd_all(in->v[channel + (c < channels ? c : 0)]);
        sums[c] = lk_simd_all(0);
    }
    for (int64_t i = 0; i < whole; i += LK_SIMD_LANES)
        lk_wkv6_update(sums, state, in, values, width, i, LK_SIMD_LANES, channels);
    if (whole < width) lk_wkv6_update(sums, state, in, values, width, whole, width - whole, channels);
    lk_simd_sums(totals, sums);
    for (int c = 0; c < channels; c++) in->dst[channel + c] = totals[c] + bonus * in->v[channel + c];
}

static inline float lk_wkv6_bonus(const lk_wkv6_inputs *in, int64_t width) {
    lk_simd sum = lk_simd_all(0);
    for (int64_t i = 0; i < width; i += LK_SIMD_LANES) {
        const int64_t n = width - i;
        const lk_simd weight = lk_simd_mul(lk_simd_load(in->u + i, n), lk_simd_load(in->k + i, n));
        sum = lk_simd_fma(lk_simd_load(in->r + i, n), weight, sum);
    }
    return lk_simd_sum(sum);
}

static inline void lk_wkv6_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_wkv6_inputs in = lk_wkv6_inputs_of(op, at);
    const float bonus = lk_wkv6_bonus(&in, at->width);
    int64_t c = at->begin;
    for (; c + LK_CHANNEL_BLOCK <= at->end; c += LK_CHANNEL_BLOCK)
        lk_wkv6_channels(&in, bonus, lk_channel_state(at, c), at->width, c, LK_CHANNEL_BLOCK);
    for (; c < at->end; c++) lk_wkv6_channels(&in, bonus, lk_channel_state(at, c), at->width, c, 1);
}

static inline void lk_wkv6_step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, at->width, lk_wkv6_head);
}

#endif
