#include "ops/expert_sum/rows.h"

static void sum(float *dst, const lk_expert_rows *rows, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        double total = 0;
        for (int64_t j = 0; j < rows->k; j++)
            total += (double)lk_expert_weight(rows, j) * rows->x[j * rows->stride + i];
        dst[i] = (float)total;
    }
}

void lk_expert_sum_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_expert_sum_rows(op, begin, end, sum);
}
