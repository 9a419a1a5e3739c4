#include "ops/simd_neon.h"
#include "ops/gated_delta/step.h"

void lk_gated_delta_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_gated_delta_walk(op, begin, end, lk_gated_delta_step);
}
