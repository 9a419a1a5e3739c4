#include "ops/expert_sum/rows.h"
#include "ops/vector_avx2.h"

enum { PARTS = 4 };

/* 32 columns at a time stay in registers while the rows pass. */
static void sum_32(float *dst, const lk_expert_rows *rows, int64_t i) {
    __m256 sums[PARTS] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    for (int64_t j = 0; j < rows->k; j++) {
        const float *x = rows->x + j * rows->stride + i;
        const __m256 weight = _mm256_set1_ps(lk_expert_weight(rows, j));
        for (int part = 0; part < PARTS; part++)
            sums[part] = _mm256_fmadd_ps(weight, _mm256_loadu_ps(x + 8 * part), sums[part]);
    }
    for (int part = 0; part < PARTS; part++) _mm256_storeu_ps(dst + i + 8 * part, sums[part]);
}

static void sum(float *dst, const lk_expert_rows *rows, int64_t n) {
    int64_t i = 0;
    for (; i + 8 * PARTS <= n; i += 8 * PARTS) sum_32(dst, rows, i);
    for (; i < n; i += 8) {
        __m256 total = _mm256_setzero_ps();
        for (int64_t j = 0; j < rows->k; j++)
            total = _mm256_fmadd_ps(_mm256_set1_ps(lk_expert_weight(rows, j)),
                                    lk_load_avx2(rows->x + j * rows->stride + i, n - i), total);
        lk_store_avx2(dst + i, total, n - i);
    }
}

void lk_expert_sum_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_expert_sum_rows(op, begin, end, sum);
}
