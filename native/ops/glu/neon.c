#include "ops/glu/gelu_terms.h"
#include "ops/ops.h"
#include "ops/vector_exp_neon.h"
#include "ops/vector_neon.h"

typedef float32x4_t (*activation)(float32x4_t x);

/* 1 / (1 + exp(-x)) through exp(-|x|), which cannot overflow. */
static inline float32x4_t sigmoid(float32x4_t x) {
    const float32x4_t one = vdupq_n_f32(1);
    float32x4_t e = lk_exp_neon(vnegq_f32(vabsq_f32(x)));
    return vdivq_f32(vbslq_f32(vcltzq_f32(x), e, one), vaddq_f32(one, e));
}

static inline float32x4_t silu(float32x4_t x) {
    const float32x4_t one = vdupq_n_f32(1);
    float32x4_t e = lk_exp_neon(vnegq_f32(vabsq_f32(x)));
    float32x4_t numerator = vbslq_f32(vcltzq_f32(x), e, one);
    return vdivq_f32(vmulq_f32(x, numerator), vaddq_f32(one, e));
}

/* The GELUs take 2 elements in double: their exponents are large where their values are small. */
static inline float64x2_t gelu_tanh_2(float64x2_t x) {
    const float64x2_t one = vdupq_n_f64(1);
    float64x2_t slope = vfmaq_f64(vdupq_n_f64(LK_GELU_LINEAR), vmulq_f64(x, x), vdupq_n_f64(LK_GELU_CUBIC));
    float64x2_t e = lk_exp_double_neon(vnegq_f64(vabsq_f64(vmulq_f64(x, slope))));
    return vdivq_f64(vmulq_f64(x, vbslq_f64(vcltzq_f64(x), e, one)), vaddq_f64(one, e));
}

static inline float64x2_t gelu_erf_2(float64x2_t x) {
    const float64x2_t one = vdupq_n_f64(1), shift = vdupq_n_f64(LK_ERFC_SHIFT);
    float64x2_t e = lk_exp_double_neon(vmulq_n_f64(vmulq_f64(x, x), -0.5));
    float64x2_t t = vminq_f64(vdupq_n_f64(LK_ERFC_MOST), vabsq_f64(x));
    float64x2_t inverse = vdivq_f64(one, vaddq_f64(t, shift));
    float64x2_t s = vmulq_f64(vsubq_f64(t, shift), inverse);
    float64x2_t p = vdupq_n_f64(lk_erfc_terms[LK_ERFC_TERM_COUNT - 1]);
    for (int i = LK_ERFC_TERM_COUNT - 2; i >= 0; i--) p = vfmaq_f64(vdupq_n_f64(lk_erfc_terms[i]), p, s);
    float64x2_t tail = vmulq_f64(e, vmulq_f64(p, inverse));
    return vmulq_f64(x, vbslq_f64(vcltzq_f64(x), tail, vsubq_f64(one, tail)));
}

static inline float32x4_t gelu_tanh(float32x4_t x) {
    float64x2_t low = gelu_tanh_2(vcvt_f64_f32(vget_low_f32(x)));
    return vcvt_high_f32_f64(vcvt_f32_f64(low), gelu_tanh_2(vcvt_high_f64_f32(x)));
}

static inline float32x4_t gelu_erf(float32x4_t x) {
    float64x2_t low = gelu_erf_2(vcvt_f64_f32(vget_low_f32(x)));
    return vcvt_high_f32_f64(vcvt_f32_f64(low), gelu_erf_2(vcvt_high_f64_f32(x)));
}

static inline float32x4_t relu(float32x4_t x) {
    return vmaxq_f32(vdupq_n_f32(0), x);
}

static inline float32x4_t relu_squared(float32x4_t x) {
    return vmulq_f32(relu(x), relu(x));
}

__attribute__((always_inline)) static inline void activate(float *dst, const float *gate, const float *up,
                                                           int64_t n, activation activated) {
    for (int64_t i = 0; i < n; i += 4) {
        float32x4_t value = activated(lk_load_neon(gate + i, n - i));
        if (up) value = vmulq_f32(value, lk_load_neon(up + i, n - i));
        lk_store_neon(dst + i, value, n - i);
    }
}

static void activate_xielu(float *dst, const float *gate, const float *up, int64_t n, const lk_op_state *op) {
    const float alpha_p = lk_param_float(op, 1), beta = lk_param_float(op, 3);
    const float32x4_t alpha_n = vdupq_n_f32(lk_param_float(op, 2)), eps = vdupq_n_f32(lk_param_float(op, 4));
    for (int64_t i = 0; i < n; i += 4) {
        float32x4_t x = lk_load_neon(gate + i, n - i), linear = vmulq_n_f32(x, beta);
        float32x4_t above = vfmaq_f32(linear, vmulq_n_f32(x, alpha_p), x);
        float32x4_t bent = vsubq_f32(lk_expm1_neon(vminq_f32(eps, x)), x);
        float32x4_t below = vfmaq_f32(linear, alpha_n, bent);
        float32x4_t value = vbslq_f32(vcgtzq_f32(x), above, below);
        if (up) value = vmulq_f32(value, lk_load_neon(up + i, n - i));
        lk_store_neon(dst + i, value, n - i);
    }
}

static void activate_swiglu_oai(float *dst, const float *gate, const float *up, int64_t n,
                                const lk_op_state *op) {
    const float alpha = lk_param_float(op, 1);
    const float32x4_t most = vdupq_n_f32(lk_param_float(op, 2)), least = vnegq_f32(most);
    for (int64_t i = 0; i < n; i += 4) {
        float32x4_t g = vminq_f32(most, lk_load_neon(gate + i, n - i));
        float32x4_t u = vmaxq_f32(least, vminq_f32(most, lk_load_neon(up + i, n - i)));
        float32x4_t value = vmulq_f32(g, sigmoid(vmulq_n_f32(g, alpha)));
        lk_store_neon(dst + i, vmulq_f32(value, vaddq_f32(u, vdupq_n_f32(1))), n - i);
    }
}

static void activate_row(float *dst, const float *gate, const float *up, int64_t n, const lk_op_state *op) {
    switch (op->params[0]) {
    case LK_GLU_KIND_SILU:
        activate(dst, gate, up, n, silu);
        break;
    case LK_GLU_KIND_GELU_TANH:
        activate(dst, gate, up, n, gelu_tanh);
        break;
    case LK_GLU_KIND_GELU_ERF:
        activate(dst, gate, up, n, gelu_erf);
        break;
    case LK_GLU_KIND_RELU:
        activate(dst, gate, up, n, relu);
        break;
    case LK_GLU_KIND_RELU_SQUARED:
        activate(dst, gate, up, n, relu_squared);
        break;
    case LK_GLU_KIND_SIGMOID:
        activate(dst, gate, up, n, sigmoid);
        break;
    case LK_GLU_KIND_TANH:
        activate(dst, gate, up, n, lk_tanh_neon);
        break;
    case LK_GLU_KIND_SOFTPLUS:
        activate(dst, gate, up, n, lk_softplus_neon);
        break;
    case LK_GLU_KIND_EXP:
        activate(dst, gate, up, n, lk_exp_neon);
        break;
    case LK_GLU_KIND_XIELU:
        activate_xielu(dst, gate, up, n, op);
        break;
    default:
        activate_swiglu_oai(dst, gate, up, n, op);
        break;
    }
}

void lk_glu_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        const float *up = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], row) : NULL;
        activate_row(lk_float_row(&op->dst, row), lk_float_row(&op->src[0], row), up, op->dst.dims[0], op);
    }
}
