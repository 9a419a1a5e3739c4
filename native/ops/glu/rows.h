/* Rows of GLU over the primitives of a simd_*.h, after gelu.h. */
#ifndef LK_GLU_ROWS_H
#define LK_GLU_ROWS_H

#include "ops/ops.h"

typedef lk_simd (*lk_glu_fn)(lk_simd x);

/* 1 / (1 + exp(-x)) through exp(-|x|), which cannot overflow. */
static inline lk_simd lk_glu_sigmoid(lk_simd x) {
    const lk_simd one = lk_simd_all(1), e = lk_simd_exp(lk_simd_minus_abs(x));
    return lk_simd_div(lk_simd_if_negative(x, e, one), lk_simd_add(one, e));
}

static inline lk_simd lk_glu_silu(lk_simd x) {
    const lk_simd one = lk_simd_all(1), e = lk_simd_exp(lk_simd_minus_abs(x));
    return lk_simd_div(lk_simd_mul(x, lk_simd_if_negative(x, e, one)), lk_simd_add(one, e));
}

static inline lk_simd lk_glu_relu(lk_simd x) {
    return lk_simd_max(lk_simd_all(0), x);
}

static inline lk_simd lk_glu_relu_squared(lk_simd x) {
    return lk_simd_mul(lk_glu_relu(x), lk_glu_relu(x));
}

LK_SIMD_INLINE void lk_glu_each(float *dst, const float *gate, const float *up, int64_t n,
                                lk_glu_fn activated) {
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        lk_simd value = activated(lk_simd_load(gate + i, n - i));
        if (up) value = lk_simd_mul(value, lk_simd_load(up + i, n - i));
        lk_simd_store(dst + i, value, n - i);
    }
}

static void lk_glu_xielu(float *dst, const float *gate, const float *up, int64_t n, const lk_op_state *op) {
    const lk_simd alpha_p = lk_simd_all(lk_param_float(op, 1)), alpha_n = lk_simd_all(lk_param_float(op, 2));
    const lk_simd beta = lk_simd_all(lk_param_float(op, 3)), eps = lk_simd_all(lk_param_float(op, 4));
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        const lk_simd x = lk_simd_load(gate + i, n - i), linear = lk_simd_mul(beta, x);
        const lk_simd above = lk_simd_fma(lk_simd_mul(alpha_p, x), x, linear);
        const lk_simd bent = lk_simd_sub(lk_simd_expm1(lk_simd_min(eps, x)), x);
        const lk_simd below = lk_simd_fma(alpha_n, bent, linear);
        lk_simd value = lk_simd_if_at_most(x, lk_simd_all(0), below, above);
        if (up) value = lk_simd_mul(value, lk_simd_load(up + i, n - i));
        lk_simd_store(dst + i, value, n - i);
    }
}

static void lk_glu_swiglu_oai(float *dst, const float *gate, const float *up, int64_t n,
                              const lk_op_state *op) {
    const lk_simd alpha = lk_simd_all(lk_param_float(op, 1)), most = lk_simd_all(lk_param_float(op, 2));
    const lk_simd least = lk_simd_all(-lk_param_float(op, 2));
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        const lk_simd g = lk_simd_min(most, lk_simd_load(gate + i, n - i));
        const lk_simd u = lk_simd_max(least, lk_simd_min(most, lk_simd_load(up + i, n - i)));
        const lk_simd value = lk_simd_mul(g, lk_glu_sigmoid(lk_simd_mul(alpha, g)));
        lk_simd_store(dst + i, lk_simd_mul(value, lk_simd_add(u, lk_simd_all(1))), n - i);
    }
}

static void lk_glu_row(float *dst, const float *gate, const float *up, int64_t n, const lk_op_state *op) {
    switch (op->params[0]) {
    case LK_GLU_KIND_SILU:
        lk_glu_each(dst, gate, up, n, lk_glu_silu);
        break;
    case LK_GLU_KIND_GELU_TANH:
        lk_glu_each(dst, gate, up, n, lk_gelu_tanh);
        break;
    case LK_GLU_KIND_GELU_ERF:
        lk_glu_each(dst, gate, up, n, lk_gelu_erf);
        break;
    case LK_GLU_KIND_RELU:
        lk_glu_each(dst, gate, up, n, lk_glu_relu);
        break;
    case LK_GLU_KIND_RELU_SQUARED:
        lk_glu_each(dst, gate, up, n, lk_glu_relu_squared);
        break;
    case LK_GLU_KIND_SIGMOID:
        lk_glu_each(dst, gate, up, n, lk_glu_sigmoid);
        break;
    case LK_GLU_KIND_TANH:
        lk_glu_each(dst, gate, up, n, lk_simd_tanh);
        break;
    case LK_GLU_KIND_SOFTPLUS:
        lk_glu_each(dst, gate, up, n, lk_simd_softplus);
        break;
    case LK_GLU_KIND_EXP:
        lk_glu_each(dst, gate, up, n, lk_simd_exp);
        break;
    case LK_GLU_KIND_XIELU:
        lk_glu_xielu(dst, gate, up, n, op);
        break;
    default:
        lk_glu_swiglu_oai(dst, gate, up, n, op);
        break;
    }
}

static void lk_glu_rows(const lk_op_state *op, int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; row++) {
        const float *up = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], row) : NULL;
        lk_glu_row(lk_float_row(&op->dst, row), lk_float_row(&op->src[0], row), up, op->dst.dims[0], op);
    }
}

#endif
