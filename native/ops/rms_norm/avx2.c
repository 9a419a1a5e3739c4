#include "ops/rms_norm/rows.h"
#include "ops/vector_avx2.h"
#include <math.h>

static float sum_of_squares(const float *x, int64_t n) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    int64_t i = 0;
    for (; i + 32 <= n; i += 32) {
        for (int part = 0; part < 4; part++) {
            __m256 v = _mm256_loadu_ps(x + i + 8 * part);
            sums[part] = _mm256_fmadd_ps(v, v, sums[part]);
        }
    }
    for (; i < n; i += 8) {
        __m256 v = lk_load_avx2(x + i, n - i);
        sums[0] = _mm256_fmadd_ps(v, v, sums[0]);
    }
    return lk_sum_avx2(_mm256_add_ps(_mm256_add_ps(sums[0], sums[1]), _mm256_add_ps(sums[2], sums[3])));
}

static void norm(float *dst, const float *x, const float *weight, int64_t width, float eps) {
    __m256 scale = _mm256_set1_ps(1 / sqrtf(sum_of_squares(x, width) / (float)width + eps));
    for (int64_t i = 0; i < width; i += 8) {
        __m256 v = _mm256_mul_ps(lk_load_avx2(x + i, width - i), scale);
        if (weight) v = _mm256_mul_ps(v, lk_load_avx2(weight + i, width - i));
        lk_store_avx2(dst + i, v, width - i);
    }
}

void lk_rms_norm_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_norm_rows(op, begin, end, norm);
}
