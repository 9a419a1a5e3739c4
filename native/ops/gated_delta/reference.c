#include "ops/gated_delta/shape.h"
#include <math.h>

int64_t lk_gated_delta_units(const lk_op_state *op) {
    return lk_channel_units(op);
}

int64_t lk_gated_delta_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static void step_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_gated_delta_inputs in = lk_gated_delta_inputs_of(op, at);
    const double decay = exp(in.g);
    for (int64_t j = at->begin; j < at->end; j++) {
        float *state = lk_channel_state(at, j);
        double known = 0, sum = 0;
        for (int64_t i = 0; i < at->width; i++) known += decay * state[i] * in.k[i];
        const double error = in.beta * (in.v[j] - known);
        for (int64_t i = 0; i < at->width; i++) {
            state[i] = (float)(decay * state[i] + error * in.k[i]);
            sum += (double)state[i] * in.q[i];
        }
        in.dst[j] = (float)(in.scale * sum);
    }
}

static void step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, lk_gated_delta_head_dim(op), step_head);
}

void lk_gated_delta_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_gated_delta_walk(op, begin, end, step);
}
