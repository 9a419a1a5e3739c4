#include "ops/ops.h"
#include "ops/vector_avx2.h"
#include "ops/vector_exp_avx2.h"
#include <math.h>

static float largest_of(const float *x, int64_t n, __m256 scale) {
    __m256 largest = _mm256_set1_ps(-INFINITY);
    for (int64_t i = 0; i < n; i += 8) {
        __m256 v = _mm256_mul_ps(lk_load_avx2(x + i, n - i), scale);
        if (n - i < 8) {
            v = _mm256_blendv_ps(_mm256_set1_ps(-INFINITY), v, _mm256_castsi256_ps(lk_lanes_avx2(n - i)));
        }
        largest = _mm256_max_ps(v, largest);
    }
    return lk_largest_avx2(largest);
}

/* Writes exp(x scale - largest) and returns its sum; runs of 512 are added up in double, a vocabulary is
 * long. */
static double exponentials(float *dst, const float *x, int64_t n, __m256 scale, __m256 largest) {
    double total = 0;
    __m256 sum = _mm256_setzero_ps();
    for (int64_t i = 0; i < n; i += 8) {
        __m256 v = lk_exp_avx2(_mm256_fmsub_ps(lk_load_avx2(x + i, n - i), scale, largest));
        lk_store_avx2(dst + i, v, n - i);
        if (n - i < 8) v = _mm256_and_ps(v, _mm256_castsi256_ps(lk_lanes_avx2(n - i)));
        sum = _mm256_add_ps(sum, v);
        if (i % 512 != 504) continue;
        total += lk_sum_avx2(sum);
        sum = _mm256_setzero_ps();
    }
    return total + lk_sum_avx2(sum);
}

void lk_soft_max_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    int64_t n = op->dst.dims[0];
    __m256 scale = _mm256_set1_ps(lk_param_float(op, 0));
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        __m256 largest = _mm256_set1_ps(largest_of(x, n, scale));
        __m256 sum = _mm256_set1_ps((float)exponentials(dst, x, n, scale, largest));
        for (int64_t i = 0; i < n; i += 8) {
            lk_store_avx2(dst + i, _mm256_div_ps(lk_load_avx2(dst + i, n - i), sum), n - i);
        }
    }
}
