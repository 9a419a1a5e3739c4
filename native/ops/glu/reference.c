/* The activations in forms that do not cancel for negative x. */
#include "ops/ops.h"
#include <math.h>

static double silu(double x) {
    return x / (1 + exp(-x));
}

/* (1 + tanh(u)) / 2 = 1 / (1 + exp(-2 u)). */
static double gelu_tanh(double x) {
    const double root_2_over_pi = 0.79788456080286535588;
    return x / (1 + exp(-2 * root_2_over_pi * (x + 0.044715 * x * x * x)));
}

static double gelu_erf(double x) {
    const double root_half = 0.70710678118654752440;
    return 0.5 * x * erfc(-x * root_half);
}

/* NaN stays NaN. */
static double relu(double x) {
    return x < 0 ? 0 : x;
}

static double softplus(double x) {
    return (x > 0 ? x : 0) + log1p(exp(-fabs(x)));
}

static double xielu(double x, const lk_op_state *op) {
    double alpha_p = lk_param_float(op, 1), alpha_n = lk_param_float(op, 2);
    double beta = lk_param_float(op, 3), eps = lk_param_float(op, 4);
    if (x > 0) return alpha_p * x * x + beta * x;
    return alpha_n * (expm1(x > eps ? eps : x) - x) + beta * x;
}

/* NaN stays NaN. */
static double limited(double x, double least, double most) {
    return x < least ? least : x > most ? most : x;
}

static double swiglu_oai(double gate, double up, const lk_op_state *op) {
    double alpha = lk_param_float(op, 1), limit = lk_param_float(op, 2);
    double g = limited(gate, -INFINITY, limit);
    return g / (1 + exp(-alpha * g)) * (limited(up, -limit, limit) + 1);
}

static double activated(double x, const lk_op_state *op) {
    switch (op->params[0]) {
    case LK_GLU_KIND_SILU:
        return silu(x);
    case LK_GLU_KIND_GELU_TANH:
        return gelu_tanh(x);
    case LK_GLU_KIND_GELU_ERF:
        return gelu_erf(x);
    case LK_GLU_KIND_RELU:
        return relu(x);
    case LK_GLU_KIND_RELU_SQUARED:
        return relu(x) * relu(x);
    case LK_GLU_KIND_SIGMOID:
        return 1 / (1 + exp(-x));
    case LK_GLU_KIND_TANH:
        return tanh(x);
    case LK_GLU_KIND_SOFTPLUS:
        return softplus(x);
    case LK_GLU_KIND_EXP:
        return exp(x);
    default:
        return xielu(x, op);
    }
}

static double combined(double gate, const float *up, const lk_op_state *op) {
    if (op->params[0] == LK_GLU_KIND_SWIGLU_OAI) return swiglu_oai(gate, *up, op);
    double value = activated(gate, op);
    return up ? value * *up : value;
}

void lk_glu_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *gate = lk_float_row(&op->src[0], row);
        const float *up = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], row) : NULL;
        for (int64_t i = 0; i < op->dst.dims[0]; i++) {
            dst[i] = (float)combined(gate[i], up ? up + i : NULL, op);
        }
    }
}
