/* What SSM_SCAN's ISAs share: where its inputs lie. */
#ifndef LK_SSM_SCAN_SHAPE_H
#define LK_SSM_SCAN_SHAPE_H

#include "ops/channel_states.h"

typedef struct lk_ssm_scan_shape {
    int64_t heads, head_dim, states, groups;
} lk_ssm_scan_shape;

static inline lk_ssm_scan_shape lk_ssm_scan_shape_of(const lk_op_state *op) {
    return (lk_ssm_scan_shape){op->params[0], op->params[1], op->params[2], op->params[3]};
}

/* A has a number for each state, not one a head. */
static inline bool lk_ssm_scan_decays_by_state(const lk_op_state *op) {
    return op->src[2].dims[0] > 1;
}

/* The group of B and C that a head reads. */
static inline int64_t lk_ssm_scan_group(const lk_op_state *op, int64_t head) {
    return op->params[3] == 1 ? 0 : head / (op->params[0] / op->params[3]);
}

LK_CHANNEL_INLINE void lk_ssm_scan_walk(const lk_op_state *op, int64_t begin, int64_t end,
                                        lk_channel_step_fn step) {
    const lk_ssm_scan_shape shape = lk_ssm_scan_shape_of(op);
    const lk_channel_states states = {6, shape.heads * shape.head_dim, shape.head_dim, shape.states};
    lk_channel_walk(op, &states, begin, end, step);
}

#endif
