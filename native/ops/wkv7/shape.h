/* What WKV7's ISAs share: the inputs of a head at a row. */
#ifndef LK_WKV7_SHAPE_H
#define LK_WKV7_SHAPE_H

#include "ops/wkv.h"

/* Those of the head; v and dst are whole rows, indexed by channel. */
typedef struct lk_wkv7_inputs {
    const float *r, *w, *k, *v, *a, *b;
    float *dst;
} lk_wkv7_inputs;

static inline lk_wkv7_inputs lk_wkv7_inputs_of(const lk_op_state *op, const lk_channel_stretch *at) {
    const int64_t first = at->head * at->width;
    return (lk_wkv7_inputs){.r = lk_float_row(&op->src[0], at->row) + first,
                            .w = lk_float_row(&op->src[1], at->row) + first,
                            .k = lk_float_row(&op->src[2], at->row) + first,
                            .v = lk_float_row(&op->src[3], at->row),
                            .a = lk_float_row(&op->src[4], at->row) + first,
                            .b = lk_float_row(&op->src[5], at->row) + first,
                            .dst = lk_float_row(&op->dst, at->row)};
}

LK_CHANNEL_INLINE void lk_wkv7_walk(const lk_op_state *op, int64_t begin, int64_t end,
                                    lk_channel_step_fn step) {
    lk_wkv_walk(op, 6, begin, end, step);
}

#endif
