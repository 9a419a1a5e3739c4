/* What WKV6's ISAs share: the inputs of a head at a row. */
#ifndef LK_WKV6_SHAPE_H
#define LK_WKV6_SHAPE_H

#include "ops/wkv.h"

/* Those of the head; v and dst are whole rows, indexed by channel. */
typedef struct lk_wkv6_inputs {
    const float *r, *k, *v, *w, *u;
    float *dst;
} lk_wkv6_inputs;

static inline lk_wkv6_inputs lk_wkv6_inputs_of(const lk_op_state *op, const lk_channel_stretch *at) {
    const int64_t first = at->head * at->width;
    return (lk_wkv6_inputs){.r = lk_float_row(&op->src[0], at->row) + first,
                            .k = lk_float_row(&op->src[1], at->row) + first,
                            .v = lk_float_row(&op->src[2], at->row),
                            .w = lk_float_row(&op->src[3], at->row) + first,
                            .u = lk_float_row(&op->src[4], 0) + first,
                            .dst = lk_float_row(&op->dst, at->row)};
}

LK_CHANNEL_INLINE void lk_wkv6_walk(const lk_op_state *op, int64_t begin, int64_t end,
                                    lk_channel_step_fn step) {
    lk_wkv_walk(op, 5, begin, end, step);
}

#endif
