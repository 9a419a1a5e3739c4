/* A step of SSM_SCAN over the primitives of the simd_*.h that the ISA's file included before. */
#ifndef LK_SSM_SCAN_STEP_H
#define LK_SSM_SCAN_STEP_H

#include "ops/ssm_scan/shape.h"

/* What the channels of a head have in common at a row: d in all lanes, and exp(d A) where the head has one A.
 */
typedef struct lk_ssm_scan_inputs {
    const float *a, *b, *c;
    int64_t states;
    lk_simd d, decay;
    float skip;
} lk_ssm_scan_inputs;

/* n states from s on of some channels. */
LK_SIMD_INLINE void lk_ssm_scan_states(lk_simd *sums, float *state, const lk_simd *gains,
                                       const lk_ssm_scan_inputs *in, int64_t s, int64_t n,
                                       const bool by_state, const int channels) {
    const lk_simd b = lk_simd_load(in->b + s, n), c = lk_simd_load(in->c + s, n);
    lk_simd decay = in->decay;
    if (by_state) decay = lk_simd_exp(lk_simd_mul(lk_simd_load(in->a + s, n), in->d));
    for (int i = 0; i < channels; i++) {
        float *at = state + i * in->states + s;
        const lk_simd value = lk_simd_fma(gains[i], b, lk_simd_mul(decay, lk_simd_load(at, n)));
        lk_simd_store(at, value, n);
        sums[i] = lk_simd_fma(c, value, sums[i]);
    }
}

LK_SIMD_INLINE void lk_ssm_scan_channels(float *dst, const float *x, float *state,
                                         const lk_ssm_scan_inputs *in, const bool by_state,
                                         const int channels) {
    lk_simd sums[LK_CHANNEL_BLOCK], gains[LK_CHANNEL_BLOCK];
    for (int i = 0; i < LK_CHANNEL_BLOCK; i++) {
        sums[i] = lk_simd_all(0);
        gains[i] = lk_simd_mul(in->d, lk_simd_all(x[i < channels ? i : 0]));
    }
    int64_t s = 0;
    for (; s + LK_SIMD_LANES <= in->states; s += LK_SIMD_LANES)
        lk_ssm_scan_states(sums, state, gains, in, s, LK_SIMD_LANES, by_state, channels);
    if (s < in->states) lk_ssm_scan_states(sums, state, gains, in, s, in->states - s, by_state, channels);
    float totals[LK_CHANNEL_BLOCK];
    lk_simd_sums(totals, sums);
    for (int i = 0; i < channels; i++) dst[i] = totals[i] + in->skip * x[i];
}

LK_SIMD_INLINE void lk_ssm_scan_stretch(const lk_op_state *op, const lk_channel_stretch *at,
                                        const lk_ssm_scan_inputs *in, const bool by_state) {
    const float *x = lk_float_row(&op->src[0], at->row);
    float *dst = lk_float_row(&op->dst, at->row);
    int64_t i = at->begin;
    for (; i + LK_CHANNEL_BLOCK <= at->end; i += LK_CHANNEL_BLOCK)
        lk_ssm_scan_channels(dst + i, x + i, lk_channel_state(at, i), in, by_state, LK_CHANNEL_BLOCK);
    for (; i < at->end; i++) lk_ssm_scan_channels(dst + i, x + i, lk_channel_state(at, i), in, by_state, 1);
}

static inline void lk_ssm_scan_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const int64_t group_at = lk_ssm_scan_group(op, at->head) * at->width;
    const bool by_state = lk_ssm_scan_decays_by_state(op);
    lk_ssm_scan_inputs in = {
        .a = lk_float_row(&op->src[2], at->head),
        .b = lk_float_row(&op->src[3], at->row) + group_at,
        .c = lk_float_row(&op->src[4], at->row) + group_at,
        .states = at->width,
        .d = lk_simd_softplus(lk_simd_all(lk_float_row(&op->src[1], at->row)[at->head])),
        .skip = lk_float_row(&op->src[5], 0)[at->head],
    };
    if (by_state) {
        lk_ssm_scan_stretch(op, at, &in, true);
    } else {
        in.decay = lk_simd_exp(lk_simd_mul(lk_simd_all(in.a[0]), in.d));
        lk_ssm_scan_stretch(op, at, &in, false);
    }
}

static inline void lk_ssm_scan_step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, op->params[1], lk_ssm_scan_head);
}

#endif
