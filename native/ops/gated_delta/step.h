/* A step of GATED_DELTA over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_GATED_DELTA_STEP_H
#define LK_GATED_DELTA_STEP_H

#include "ops/gated_delta/shape.h"
#include <math.h>

/* Adds state . k of elements [i, i + n) to the sums of some channels. */
LK_SIMD_INLINE void lk_gated_delta_recall(lk_simd *sums, const float *state, const float *k, int64_t width,
                                          int64_t i, int64_t n, const int channels) {
    const lk_simd key = lk_simd_load(k + i, n);
    for (int c = 0; c < channels; c++)
        sums[c] = lk_simd_fma(lk_simd_load(state + c * width + i, n), key, sums[c]);
}

/* state = decay state + error k, and adds state . q to the sums. */
LK_SIMD_INLINE void lk_gated_delta_learn(lk_simd *sums, float *state, const lk_gated_delta_inputs *in,
                                         lk_simd decay, const lk_simd *errors, int64_t width, int64_t i,
                                         int64_t n, const int channels) {
    const lk_simd key = lk_simd_load(in->k + i, n), query = lk_simd_load(in->q + i, n);
    for (int c = 0; c < channels; c++) {
        float *at = state + c * width + i;
        const lk_simd value = lk_simd_fma(errors[c], key, lk_simd_mul(decay, lk_simd_load(at, n)));
        lk_simd_store(at, value, n);
        sums[c] = lk_simd_fma(value, query, sums[c]);
    }
}

LK_SIMD_INLINE void lk_gated_delta_channels(const lk_gated_delta_inputs *in, float decay, float *state,
                                            int64_t width, int64_t channel, const int channels) {
    lk_simd sums[LK_CHANNEL_BLOCK], errors[LK_CHANNEL_BLOCK];
    float totals[LK_CHANNEL_BLOCK];
    const int64_t whole = width / LK_SIMD_LANES * LK_SIMD_LANES;
    for (int c = 0; c < LK_CHANNEL_BLOCK; c++) sums[c] = lk_simd_all(0);
    for (int64_t i = 0; i < whole; i += LK_SIMD_LANES)
        lk_gated_delta_recall(sums, state, in->k, width, i, LK_SIMD_LANES, channels);
    if (whole < width) lk_gated_delta_recall(sums, state, in->k, width, whole, width - whole, channels);
    lk_simd_sums(totals, sums);
    for (int c = 0; c < LK_CHANNEL_BLOCK; c++) {
        const float value = in->v[channel + (c < channels ? c : 0)];
        errors[c] = lk_simd_all(in->beta * (value - decay * totals[c]));
        sums[c] = lk_simd_all(0);
    }
    const lk_simd kept = lk_simd_all(decay);
    for (int64_t i = 0; i < whole; i += LK_SIMD_LANES)
        lk_gated_delta_learn(sums, state, in, kept, errors, width, i, LK_SIMD_LANES, channels);
    if (whole < width)
        lk_gated_delta_learn(sums, state, in, kept, errors, width, whole, width - whole, channels);
    lk_simd_sums(totals, sums);
    for (int c = 0; c < channels; c++) in->dst[channel + c] = in->scale * totals[c];
}

static inline void lk_gated_delta_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_gated_delta_inputs in = lk_gated_delta_inputs_of(op, at);
    const float decay = expf(in.g);
    int64_t c = at->begin;
    for (; c + LK_CHANNEL_BLOCK <= at->end; c += LK_CHANNEL_BLOCK)
        lk_gated_delta_channels(&in, decay, lk_channel_state(at, c), at->width, c, LK_CHANNEL_BLOCK);
    for (; c < at->end; c++) lk_gated_delta_channels(&in, decay, lk_channel_state(at, c), at->width, c, 1);
}

static inline void lk_gated_delta_step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, lk_gated_delta_head_dim(op), lk_gated_delta_head);
}

#endif
