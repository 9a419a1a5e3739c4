#include "ops/layer_norm/rows.h"
#include "ops/layer_norm/spread.h"
#include "ops/vector_avx2.h"

static float folded(const __m256 *sums) {
    return lk_sum_avx2(_mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
}

static float sum_of(const float *x, int64_t n) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        for (int part = 0; part < 4; part++) {
            sums[part] = _mm256_add_ps(sums[part], _mm256_loadu_ps(x + i + 8 * part));
        }
    }
    for (; i < n; i += 8) sums[0] = _mm256_add_ps(sums[0], lk_load_avx2(x + i, n - i));
    return folded(sums);
}

/* x - mean of the first n lanes, 0 in the others. */
static __m256 apart_of(const float *x, int64_t n, __m256 mean) {
    __m256 apart = _mm256_sub_ps(lk_load_avx2(x, n), mean);
    return n >= 8 ? apart : _mm256_and_ps(apart, _mm256_castsi256_ps(lk_lanes_avx2(n)));
}

static lk_spread spread_of(const float *x, int64_t n, float eps) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    __m256 squares[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    float first = sum_of(x, n) / (float)n;
    const __m256 mean = _mm256_set1_ps(first);
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        for (int part = 0; part < 4; part++) {
            __m256 apart = _mm256_sub_ps(_mm256_loadu_ps(x + i + 8 * part), mean);
            sums[part] = _mm256_add_ps(sums[part], apart);
            squares[part] = _mm256_fmadd_ps(apart, apart, squares[part]);
        }
    }
    for (; i < n; i += 8) {
        __m256 apart = apart_of(x + i, n - i, mean);
        sums[0] = _mm256_add_ps(sums[0], apart);
        squares[0] = _mm256_fmadd_ps(apart, apart, squares[0]);
    }
    return lk_spread_of(first, folded(sums), folded(squares), n, eps);
}

static void norm(float *dst, const float *x, const float *weight, const float *bias, int64_t width,
                 float eps) {
    lk_spread spread = spread_of(x, width, eps);
    const __m256 mean = _mm256_set1_ps(spread.mean), rest = _mm256_set1_ps(spread.rest);
    const __m256 scale = _mm256_set1_ps(spread.scale);
    for (int64_t i = 0; i < width; i += 8) {
        __m256 v = _mm256_sub_ps(_mm256_sub_ps(lk_load_avx2(x + i, width - i), mean), rest);
        v = _mm256_mul_ps(v, scale);
        if (weight) v = _mm256_mul_ps(v, lk_load_avx2(weight + i, width - i));
        if (bias) v = _mm256_add_ps(v, lk_load_avx2(bias + i, width - i));
        lk_store_avx2(dst + i, v, width - i);
    }
}

void lk_layer_norm_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_layer_norm_rows(op, begin, end, norm);
}
