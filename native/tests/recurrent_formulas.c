#include "tests/recurrent_formulas.h"
#include <math.h>
#include <string.h>

static const float *row_of(const recurrent_row *at, int source) {
    return listing_floats(at->list, at->list->ops[0].src[source], at->row);
}

static void add_term(double *sum, double *size, double term) {
    *sum += term;
    *size += fabs(term);
}

void recurrent_step_token_shift(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const float *x = row_of(at, 0);
    for (int64_t i = 0; i < at->list->tensors[at->list->ops[0].dst].dims[0]; ++i) {
        sizes[i] = dst[i] = state[i];
        state[i] = x[i];
    }
}

void recurrent_step_short_conv(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const lk_op *op = &at->list->ops[0];
    const lk_tensor *weight = &at->list->tensors[op->src[1]];
    const int64_t taps = weight->dims[0], n = weight->dims[1];
    const float *x = row_of(at, 0);
    for (int64_t c = 0; c < n; ++c) {
        const float *w = listing_floats(at->list, op->src[1], c);
        dst[c] = sizes[c] = 0;
        add_term(&dst[c], &sizes[c], w[taps - 1] * (double)x[c]);
        if (op->src[4] >= 0) add_term(&dst[c], &sizes[c], listing_floats(at->list, op->src[4], 0)[c]);
        for (int64_t i = 0; i < taps - 1; ++i) add_term(&dst[c], &sizes[c], w[i] * state[i * n + c]);
    }
    memmove(state, state + n, sizeof(*state) * (size_t)((taps - 2) * n));
    for (int64_t c = 0; c < n; ++c) state[(taps - 2) * n + c] = x[c];
}

void recurrent_step_ssm_scan(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const lk_op *op = &at->list->ops[0];
    const int64_t heads = op->params[0], head_dim = op->params[1], states = op->params[2];
    const int64_t decays = at->list->tensors[op->src[2]].dims[0];
    for (int64_t h = 0; h < heads; ++h) {
        const int64_t group = h * op->params[3] / heads;
        const double d = log(1 + exp(row_of(at, 1)[h]));
        const float *a = listing_floats(at->list, op->src[2], h);
        for (int64_t p = h * head_dim; p < (h + 1) * head_dim; ++p) {
            const double x = row_of(at, 0)[p];
            dst[p] = sizes[p] = 0;
            add_term(&dst[p], &sizes[p], listing_floats(at->list, op->src[5], 0)[h] * x);
            for (int64_t s = 0; s < states; ++s) {
                double *value = &state[p * states + s];
                *value = exp(d * a[decays > 1 ? s : 0]) * *value + d * row_of(at, 3)[group * states + s] * x;
                add_term(&dst[p], &sizes[p], row_of(at, 4)[group * states + s] * *value);
            }
        }
    }
}

void recurrent_step_gated_delta(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const lk_op *op = &at->list->ops[0];
    const int64_t q_heads = op->params[0], heads = op->params[1];
    const int64_t keys = at->list->tensors[op->src[0]].dims[0] / q_heads;
    const int64_t values = at->list->tensors[op->dst].dims[0] / heads;
    for (int64_t h = 0; h < heads; ++h) {
        const float *q = row_of(at, 0) + h * q_heads / heads * keys;
        const float *k = row_of(at, 1) + h * q_heads / heads * keys;
        for (int64_t j = h * values; j < (h + 1) * values; ++j) {
            double *s = &state[j * keys], error = row_of(at, 2)[j];
            for (int64_t i = 0; i < keys; ++i) s[i] *= exp(row_of(at, 3)[h]);
            for (int64_t i = 0; i < keys; ++i) error -= s[i] * k[i];
            dst[j] = sizes[j] = 0;
            for (int64_t i = 0; i < keys; ++i) {
                s[i] += row_of(at, 4)[h] * error * k[i];
                add_term(&dst[j], &sizes[j], sqrt(0.125) * s[i] * q[i]);
            }
        }
    }
}

void recurrent_step_wkv7(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const int64_t heads = at->list->ops[0].params[0];
    const int64_t channels = at->list->tensors[at->list->ops[0].dst].dims[0], n = channels / heads;
    for (int64_t j = 0; j < channels; ++j) {
        const int64_t head = j / n * n;
        double *s = &state[j * n], seen = 0;
        for (int64_t i = 0; i < n; ++i) seen += s[i] * row_of(at, 4)[head + i];
        dst[j] = sizes[j] = 0;
        for (int64_t i = 0; i < n; ++i) {
            s[i] *= row_of(at, 1)[head + i];
            s[i] += (double)row_of(at, 2)[head + i] * row_of(at, 3)[j] + seen * row_of(at, 5)[head + i];
            add_term(&dst[j], &sizes[j], row_of(at, 0)[head + i] * s[i]);
        }
    }
}

void recurrent_step_wkv6(const recurrent_row *at, double *state, double *dst, double *sizes) {
    const int64_t heads = at->list->ops[0].params[0];
    const int64_t channels = at->list->tensors[at->list->ops[0].dst].dims[0], n = channels / heads;
    for (int64_t j = 0; j < channels; ++j) {
        dst[j] = sizes[j] = 0;
        for (int64_t i = 0; i < n; ++i) {
            const int64_t at_i = j / n * n + i;
            const double added = (double)row_of(at, 1)[at_i] * row_of(at, 2)[j];
            const double u = listing_floats(at->list, at->list->ops[0].src[4], 0)[at_i];
            add_term(&dst[j], &sizes[j], row_of(at, 0)[at_i] * (state[j * n + i] + u * added));
            state[j * n + i] = row_of(at, 3)[at_i] * state[j * n + i] + added;
        }
    }
}
