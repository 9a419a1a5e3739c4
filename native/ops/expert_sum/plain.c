#include "ops/expert_sum/rows.h"

/* A row at a time, which a compiler for any vector unit can add up. */
static void sum(float *dst, const lk_expert_rows *rows, int64_t n) {
    const float first = lk_expert_weight(rows, 0);
    for (int64_t i = 0; i < n; i++) dst[i] = first * rows->x[i];
    for (int64_t j = 1; j < rows->k; j++) {
        const float weight = lk_expert_weight(rows, j), *x = rows->x + j * rows->stride;
        for (int64_t i = 0; i < n; i++) dst[i] += weight * x[i];
    }
}

void lk_expert_sum_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_expert_sum_rows(op, begin, end, sum);
}
