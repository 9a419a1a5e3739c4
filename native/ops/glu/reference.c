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

static double activated(double x, int32_t kind) {
    switch (kind) {
    case LK_GLU_KIND_SILU:
        return silu(x);
    case LK_GLU_KIND_GELU_TANH:
        return gelu_tanh(x);
    case LK_GLU_KIND_GELU_ERF:
        return gelu_erf(x);
    case LK_GLU_KIND_RELU:
        return relu(x);
    default:
        return relu(x) * relu(x);
    }
}

void lk_glu_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *gate = lk_float_row(&op->src[0], row);
        const float *up = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], row) : NULL;
        for (int64_t i = 0; i < op->dst.dims[0]; i++) {
            double value = activated(gate[i], op->params[0]);
            dst[i] = (float)(up ? value * up[i] : value);
        }
    }
}
