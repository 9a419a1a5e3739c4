/* A step of SSM_SCAN over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_SSM_SCAN_STEP_H
#define LK_SSM_SCAN_STEP_H

#include "ops/ssm_scan/shape.h"
#include <math.h>

/* What the channels of a head have in common at a row. */
typedef struct lk_ssm_scan_inputs {
    const float *decay, *b, *c;
    int64_t states;
    float d, skip;
} lk_ssm_scan_inputs;

static inline float lk_ssm_scan_softplus(float x) {
    return log1pf(expf(-fabsf(x))) + fmaxf(x, 0);
}

/* n states from s on of some channels. */
LK_SIMD_INLINE void lk_ssm_scan_states(lk_simd *sums, float *state, const lk_simd *gains,
                                       const lk_ssm_scan_inputs *in, int64_t s, int64_t n,
                                       const int channels) {
    const lk_simd decay = lk_simd_load(in->decay + s, n), b = lk_simd_load(in->b + s, n);
    const lk_simd c = lk_simd_load(in->c + s, n);
    for (int i = 0; i < channels; i++) {
        float *at = state + i * in->states + s;
        const lk_simd value = lk_simd_fma(gains[i], b, lk_simd_mul(decay, lk_simd_load(at, n)));
        lk_simd_store(at, value, n);
        sums[i] = lk_simd_fma(c, value, sums[i]);
    }
}

LK_SIMD_INLINE void lk_ssm_scan_channels(float *dst, const float *x, float *state,
                                         const lk_ssm_scan_inputs *in, const int channels) {
    lk_simd sums[LK_CHANNEL_BLOCK], gains[LK_CHANNEL_BLOCK];
    for (int i = 0; i < LK_CHANNEL_BLOCK; i++) {
        sums[i] = lk_simd_all(0);
        gains[i] = lk_simd_all(in->d * x[i < channels ? i : 0]);
    }
    int64_t s = 0;
    for (; s + LK_SIMD_LANES <= in->states; s += LK_SIMD_LANES)
        lk_ssm_scan_states(sums, state, gains, in, s, LK_SIMD_LANES, channels);
    if (s < in->states) lk_ssm_scan_states(sums, state, gains, in, s, in->states - s, channels);
    float totals[LK_CHANNEL_BLOCK];
    lk_simd_sums(totals, sums);
    for (int i = 0; i < channels; i++) dst[i] = totals[i] + in->skip * x[i];
}

/* exp(d A) of the head's states. */
static inline void lk_ssm_scan_decay(float *dst, const lk_op_state *op, const lk_channel_stretch *at,
                                     float d) {
    const float *a = lk_float_row(&op->src[2], at->head);
    const bool by_state = lk_ssm_scan_decays_by_state(op);
    const lk_simd step = lk_simd_all(d), shared = lk_simd_exp(lk_simd_mul(lk_simd_all(a[0]), step));
    for (int64_t s = 0; s < at->width; s += LK_SIMD_LANES) {
        const int64_t n = at->width - s;
        lk_simd value = shared;
        if (by_state) value = lk_simd_exp(lk_simd_mul(lk_simd_load(a + s, n), step));
        lk_simd_store(dst + s, value, n);
    }
}

static inline void lk_ssm_scan_step(const lk_op_state *op, const lk_channel_stretch *at, void *scratch) {
    const float *x = lk_float_row(&op->src[0], at->row);
    float *dst = lk_float_row(&op->dst, at->row);
    const lk_ssm_scan_inputs in = {
        .decay = scratch,
        .b = lk_ssm_scan_group(op, 3, at),
        .c = lk_ssm_scan_group(op, 4, at),
        .states = at->width,
        .d = lk_ssm_scan_softplus(lk_float_row(&op->src[1], at->row)[at->head]),
        .skip = lk_float_row(&op->src[5], 0)[at->head],
    };
    lk_ssm_scan_decay(scratch, op, at, in.d);
    int64_t i = at->begin;
    for (; i + LK_CHANNEL_BLOCK <= at->end; i += LK_CHANNEL_BLOCK)
        lk_ssm_scan_channels(dst + i, x + i, lk_channel_state(at, i), &in, LK_CHANNEL_BLOCK);
    for (; i < at->end; i++) lk_ssm_scan_channels(dst + i, x + i, lk_channel_state(at, i), &in, 1);
}

#endif
