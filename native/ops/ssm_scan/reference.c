#include "ops/ssm_scan/shape.h"
#include <math.h>

int64_t lk_ssm_scan_units(const lk_op_state *op) {
    return lk_channel_units(op);
}

int64_t lk_ssm_scan_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static double softplus(double x) {
    return log1p(exp(-fabs(x))) + fmax(x, 0);
}

static void step_head(const lk_op_state *op, const lk_channel_stretch *at) {
    const int64_t group_at = lk_ssm_scan_group(op, at->head) * at->width;
    const float *x = lk_float_row(&op->src[0], at->row), *decay = lk_float_row(&op->src[2], at->head);
    const float *b = lk_float_row(&op->src[3], at->row) + group_at;
    const float *c = lk_float_row(&op->src[4], at->row) + group_at;
    const double d = softplus(lk_float_row(&op->src[1], at->row)[at->head]);
    const bool by_state = lk_ssm_scan_decays_by_state(op);
    for (int64_t channel = at->begin; channel < at->end; channel++) {
        float *state = lk_channel_state(at, channel);
        double sum = (double)lk_float_row(&op->src[5], 0)[at->head] * x[channel];
        for (int64_t s = 0; s < at->width; s++) {
            const double kept = exp(d * decay[by_state ? s : 0]) * state[s];
            state[s] = (float)(kept + d * b[s] * x[channel]);
            sum += (double)c[s] * state[s];
        }
        lk_float_row(&op->dst, at->row)[channel] = (float)sum;
    }
}

static void step(const lk_op_state *op, const lk_channel_stretch *at) {
    lk_channel_heads(op, at, op->params[1], step_head);
}

void lk_ssm_scan_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_ssm_scan_walk(op, begin, end, step);
}
