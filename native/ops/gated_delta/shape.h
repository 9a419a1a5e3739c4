/* What GATED_DELTA's ISAs share: the inputs of a head at a row. */
#ifndef LK_GATED_DELTA_SHAPE_H
#define LK_GATED_DELTA_SHAPE_H

#include "ops/channel_states.h"

/* v and dst are whole rows, indexed by channel. */
typedef struct lk_gated_delta_inputs {
    const float *q, *k, *v;
    float *dst;
    float g, beta, scale;
} lk_gated_delta_inputs;

static inline lk_gated_delta_inputs lk_gated_delta_inputs_of(const lk_op_state *op,
                                                             const lk_channel_stretch *at) {
    const int64_t key_at = at->head / (op->params[1] / op->params[0]) * at->width;
    return (lk_gated_delta_inputs){.q = lk_float_row(&op->src[0], at->row) + key_at,
                                   .k = lk_float_row(&op->src[1], at->row) + key_at,
                                   .v = lk_float_row(&op->src[2], at->row),
                                   .dst = lk_float_row(&op->dst, at->row),
                                   .g = lk_float_row(&op->src[3], at->row)[at->head],
                                   .beta = lk_float_row(&op->src[4], at->row)[at->head],
                                   .scale = lk_param_float(op, 2)};
}

static inline int64_t lk_gated_delta_head_dim(const lk_op_state *op) {
    return op->dst.dims[0] / op->params[1];
}

LK_CHANNEL_INLINE void lk_gated_delta_walk(const lk_op_state *op, int64_t begin, int64_t end,
                                           lk_channel_step_fn step) {
    const lk_channel_states states = {5, op->dst.dims[0], lk_gated_delta_head_dim(op),
                                      op->src[0].dims[0] / op->params[0]};
    lk_channel_walk(op, &states, begin, end, step);
}

#endif
