/* A step of WKV7 over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_WKV7_STEP_H
#define LK_WKV7_STEP_H

#include "ops/wkv7/shape.h"

/* Adds state . a of elements [i, i + n) to the sums of some channels. */
LK_SIMD_INLINE void lk_wkv7_look(lk_simd *sums, const float *state, const float *a, int64_t width, int64_t i,
                                 int64_t n, const int channels) {
    const lk_simd direction = lk_simd_load(a + i, n);
    for (int c = 0; c < channels; c++)
        sums[c] = lk_simd_fma(lk_simd_load(state + c * width + i, n), direction, sums[c]);
}

/* state = w state + k value + b seen, and adds r . state to the sums. */
LK_SIMD_INLINE void lk_wkv7_update(lk_simd *sums, float *state, const lk_wkv7_inputs *in,
                                   const lk_simd *values, const lk_simd *seen, int64_t width, int64_t i,
                                   int64_t n, const int channels) {
    const lk_simd r = lk_simd_load(in->r + i, n), w = lk_simd_load(in->w + i, n);
    const lk_simd k = lk_simd_load(in->k + i, n), b = lk_simd_load(in->b + i, n);
    for (int c = 0; c < channels; c++) {
        float *at = state + c * width + i;
        const lk_simd added = lk_simd_fma(b, seen[c], lk_simd_mul(k, values[c]));
        const lk_simd value = lk_simd_fma(w, lk_simd_load(at, n), added);
        lk_simd_store(at, value, n);
        sums[c] = lk_simd_fma(r, value, sums[c]);
    }
}

LK_SIMD_INLINE void lk_wkv7_channels(const lk_wkv7_inputs *in, float *state, int64_t width, int64_t channel,
                                     const int channels) {
    lk_simd sums[LK_CHANNEL_BLOCK], values[LK_CHANNEL_BLOCK], seen[LK_CHANNEL_BLOCK];
    float totals[LK_CHANNEL_BLOCK];
    const int64_t whole = width / LK_SIMD_LANES * LK_SIMD_LANES;
    for (int c = 0; c < LK_CHANNEL_BLOCK; c++) sums[c] = lk_simd_all(0);
    for (int64_t i = 0; i < whole; i += LK_SIMD_LANES)
        lk_wkv7_look(sums, state, in->a, width, i, LK_SIMD_LANES, channels);
    if (whole < width) lk_wkv7_look(sums, state, in->a, width, whole, width - whole, channels);
    lk_simd_sums(totals, sums);
    for (int c = 0; c < LK_CHANNEL_BLOCK; c++) {
        values[c] = lk_simd_all(in->v[channel + (c < channels ? c : 0)]);
        seen[c] = lk_simd_all(totals[c]);
        sums[c] = lk_simd_all(0);
    }
    for (int64_t i = 0; i < whole; i += LK_SIMD_LANES)
        lk_wkv7_update(sums, state, in, values, seen, width, i, LK_SIMD_LANES, channels);
    if (whole < width) lk_wkv7_update(sums, state, in, values, seen, width, whole, width - whole, channels);
    lk_simd_sums(totals, sums);
    for (int c = 0; c < channels; c++) in->dst[channel + c] = totals[c];
}

static inline void lk_wkv7_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_wkv7_inputs in = lk_wkv7_inputs_of(op, at);
    int64_t c = at->begin;
    for (; c + LK_CHANNEL_BLOCK <= at->end; c += LK_CHANNEL_BLOCK)
        lk_wkv7_channels(&in, lk_channel_state(at, c), at->width, c, LK_CHANNEL_BLOCK);
    for (; c < at->end; c++) lk_wkv7_channels(&in, lk_channel_state(at, c), at->width, c, 1);
}

static inline void lk_wkv7_step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, at->width, lk_wkv7_head);
}

#endif
