/* What RWKV's WKV6 and WKV7 share: heads whose state is a square. */
#ifndef LK_WKV_H
#define LK_WKV_H

#include "ops/channel_states.h"

/* dst, parameter 0 (heads) and the row inputs src[0], src[1], ..., which are as wide as dst. */
static inline void lk_demand_wkv(lk_demand *demand, const lk_op_state *op, const char *const *inputs,
                                 int count) {
    const int64_t heads = op->params[0], channels = op->dst.dims[0];
    lk_demand_matrix(demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_that(demand, heads > 0, "H is %lld", (long long)heads);
    lk_demand_that(demand, heads > 0 && channels % heads == 0,
                   "dst has %lld columns, not a multiple of %lld heads", (long long)channels,
                   (long long)heads);
    for (int i = 0; i < count; i++) lk_demand_rows(demand, op, i, inputs[i], channels);
}

/* Numbers of state of all heads. */
static inline int64_t lk_wkv_state_width(const lk_op_state *op) {
    return op->dst.dims[0] / op->params[0] * op->dst.dims[0];
}

LK_CHANNEL_INLINE void lk_wkv_walk(const lk_op_state *op, int state_source, int64_t begin, int64_t end,
                                   lk_channel_step_fn step) {
    const int64_t channels = op->dst.dims[0], head_dim = channels / op->params[0];
    const lk_channel_states states = {state_source, channels, head_dim, head_dim};
    lk_channel_walk(op, &states, begin, end, step);
}

#endif
