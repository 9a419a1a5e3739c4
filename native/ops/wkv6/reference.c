#include "ops/wkv6/shape.h"

int64_t lk_wkv6_units(const lk_op_state *op) {
    return lk_channel_units(op);
}

int64_t lk_wkv6_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static void step_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_wkv6_inputs in = lk_wkv6_inputs_of(op, at);
    for (int64_t j = at->begin; j < at->end; j++) {
        float *state = lk_channel_state(at, j);
        double sum = 0;
        for (int64_t i = 0; i < at->width; i++) {
            const double added = (double)in.k[i] * in.v[j];
            sum += in.r[i] * (state[i] + in.u[i] * added);
            state[i] = (float)((double)in.w[i] * state[i] + added);
        }
        in.dst[j] = (float)sum;
    }
}

static void step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, at->width, step_head);
}

void lk_wkv6_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_wkv6_walk(op, begin, end, step);
}
