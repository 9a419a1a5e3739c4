#include "ops/simd_neon.h"
#include "ops/wkv6/step.h"

void lk_wkv6_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_wkv6_walk(op, begin, end, lk_wkv6_step);
}
