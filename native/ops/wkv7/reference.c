#include "ops/wkv7/shape.h"

int64_t lk_wkv7_units(const lk_op_state *op) {
    return lk_channel_units(op);
}

int64_t lk_wkv7_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static void step_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const lk_wkv7_inputs in = lk_wkv7_inputs_of(op, at);
    for (int64_t j = at->begin; j < at->end; j++) {
        float *state = lk_channel_state(at, j);
        double seen = 0, sum = 0;
        for (int64_t i = 0; i < at->width; i++) seen += (double)state[i] * in.a[i];
        for (int64_t i = 0; i < at->width; i++) {
            state[i] = (float)((double)in.w[i] * state[i] + (double)in.k[i] * in.v[j] + seen * in.b[i]);
            sum += (double)in.r[i] * state[i];
        }
        in.dst[j] = (float)sum;
    }
}

static void step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, at->width, step_head);
}

void lk_wkv7_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_wkv7_walk(op, begin, end, step);
}
