#include "ops/simd_neon.h"
#include "ops/expert_sum/sum.h"

void lk_expert_sum_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_expert_sum_rows(op, begin, end, lk_expert_sum);
}
