#include "ops/glu/gelu_terms.h"
#include "ops/ops.h"
#include "ops/vector_avx2.h"
#include "ops/vector_exp_avx2.h"

typedef __m256 (*activation)(__m256 x);

/* 1 / (1 + exp(-x)) through exp(-|x|), which cannot overflow. */
static inline __m256 sigmoid(__m256 x) {
    const __m256 one = _mm256_set1_ps(1);
    __m256 e = lk_exp_avx2(_mm256_or_ps(x, _mm256_set1_ps(-0.0f)));
    return _mm256_div_ps(_mm256_blendv_ps(one, e, x), _mm256_add_ps(one, e));
}

static inline __m256 silu(__m256 x) {
    const __m256 one = _mm256_set1_ps(1);
    __m256 e = lk_exp_avx2(_mm256_or_ps(x, _mm256_set1_ps(-0.0f)));
    __m256 numerator = _mm256_blendv_ps(one, e, x);
    return _mm256_div_ps(_mm256_mul_ps(x, numerator), _mm256_add_ps(one, e));
}

/* The GELUs take 4 elements in double: their exponents are large where their values are small. */
static inline __m256d gelu_tanh_4(__m256d x) {
    const __m256d one = _mm256_set1_pd(1);
    __m256d slope =
        _mm256_fmadd_pd(_mm256_mul_pd(x, x), _mm256_set1_pd(LK_GELU_CUBIC), _mm256_set1_pd(LK_GELU_LINEAR));
    __m256d e = lk_exp_double_avx2(_mm256_or_pd(_mm256_mul_pd(x, slope), _mm256_set1_pd(-0.0)));
    return _mm256_div_pd(_mm256_mul_pd(x, _mm256_blendv_pd(one, e, x)), _mm256_add_pd(one, e));
}

static inline __m256d gelu_erf_4(__m256d x) {
    const __m256d one = _mm256_set1_pd(1), shift = _mm256_set1_pd(LK_ERFC_SHIFT);
    __m256d e = lk_exp_double_avx2(_mm256_mul_pd(_mm256_mul_pd(x, x), _mm256_set1_pd(-0.5)));
    __m256d t = _mm256_andnot_pd(_mm256_set1_pd(-0.0), x);
    t = _mm256_min_pd(_mm256_set1_pd(LK_ERFC_MOST), t);
    __m256d inverse = _mm256_div_pd(one, _mm256_add_pd(t, shift));
    __m256d s = _mm256_mul_pd(_mm256_sub_pd(t, shift), inverse);
    __m256d p = _mm256_set1_pd(lk_erfc_terms[LK_ERFC_TERM_COUNT - 1]);
    for (int i = LK_ERFC_TERM_COUNT - 2; i >= 0; i--) {
        p = _mm256_fmadd_pd(p, s, _mm256_set1_pd(lk_erfc_terms[i]));
    }
    __m256d tail = _mm256_mul_pd(e, _mm256_mul_pd(p, inverse));
    return _mm256_mul_pd(x, _mm256_blendv_pd(_mm256_sub_pd(one, tail), tail, x));
}

static inline __m256 joined(__m256d low, __m256d high) {
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}

static inline __m256d low_half(__m256 x) {
    return _mm256_cvtps_pd(_mm256_castps256_ps128(x));
}

static inline __m256d high_half(__m256 x) {
    return _mm256_cvtps_pd(_mm256_extractf128_ps(x, 1));
}

static inline __m256 gelu_tanh(__m256 x) {
    return joined(gelu_tanh_4(low_half(x)), gelu_tanh_4(high_half(x)));
}

static inline __m256 gelu_erf(__m256 x) {
    return joined(gelu_erf_4(low_half(x)), gelu_erf_4(high_half(x)));
}

/* max returns its second operand when that is NaN. */
static inline __m256 relu(__m256 x) {
    return _mm256_max_ps(_mm256_setzero_ps(), x);
}

static inline __m256 relu_squared(__m256 x) {
    return _mm256_mul_ps(relu(x), relu(x));
}

__attribute__((always_inline)) static inline void activate(float *dst, const float *gate, const float *up,
                                                           int64_t n, activation activated) {
    for (int64_t i = 0; i < n; i += 8) {
        __m256 value = activated(lk_load_avx2(gate + i, n - i));
        if (up) value = _mm256_mul_ps(value, lk_load_avx2(up + i, n - i));
        lk_store_avx2(dst + i, value, n - i);
    }
}

static void activate_xielu(float *dst, const float *gate, const float *up, int64_t n, const lk_op_state *op) {
    const __m256 alpha_p = _mm256_set1_ps(lk_param_float(op, 1));
    const __m256 alpha_n = _mm256_set1_ps(lk_param_float(op, 2));
    const __m256 beta = _mm256_set1_ps(lk_param_float(op, 3)), eps = _mm256_set1_ps(lk_param_float(op, 4));
    for (int64_t i = 0; i < n; i += 8) {
        __m256 x = lk_load_avx2(gate + i, n - i), linear = _mm256_mul_ps(beta, x);
        __m256 above = _mm256_fmadd_ps(_mm256_mul_ps(alpha_p, x), x, linear);
        __m256 bent = _mm256_sub_ps(lk_expm1_avx2(_mm256_min_ps(eps, x)), x);
        __m256 below = _mm256_fmadd_ps(alpha_n, bent, linear);
        __m256 value = _mm256_blendv_ps(below, above, _mm256_cmp_ps(x, _mm256_setzero_ps(), _CMP_GT_OQ));
        if (up) value = _mm256_mul_ps(value, lk_load_avx2(up + i, n - i));
        lk_store_avx2(dst + i, value, n - i);
    }
}

static void activate_swiglu_oai(float *dst, const float *gate, const float *up, int64_t n,
                                const lk_op_state *op) {
    const __m256 alpha = _mm256_set1_ps(lk_param_float(op, 1)), most = _mm256_set1_ps(lk_param_float(op, 2));
    const __m256 least = _mm256_set1_ps(-lk_param_float(op, 2)), one = _mm256_set1_ps(1);
    for (int64_t i = 0; i < n; i += 8) {
        __m256 g = _mm256_min_ps(most, lk_load_avx2(gate + i, n - i));
        __m256 u = _mm256_max_ps(least, _mm256_min_ps(most, lk_load_avx2(up + i, n - i)));
        __m256 value = _mm256_mul_ps(g, sigmoid(_mm256_mul_ps(alpha, g)));
        lk_store_avx2(dst + i, _mm256_mul_ps(value, _mm256_add_ps(u, one)), n - i);
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
        activate(dst, gate, up, n, lk_tanh_avx2);
        break;
    case LK_GLU_KIND_SOFTPLUS:
        activate(dst, gate, up, n, lk_softplus_avx2);
        break;
    case LK_GLU_KIND_EXP:
        activate(dst, gate, up, n, lk_exp_avx2);
        break;
    case LK_GLU_KIND_XIELU:
        activate_xielu(dst, gate, up, n, op);
        break;
    default:
        activate_swiglu_oai(dst, gate, up, n, op);
        break;
    }
}

void lk_glu_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        const float *up = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], row) : NULL;
        activate_row(lk_float_row(&op->dst, row), lk_float_row(&op->src[0], row), up, op->dst.dims[0], op);
    }
}
