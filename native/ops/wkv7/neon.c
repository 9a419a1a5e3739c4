#include "ops/simd_neon.h"
#include "ops/wkv7/step.h"

void lk_wkv7_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_wkv7_walk(op, begin, end, lk_wkv7_step);
}
