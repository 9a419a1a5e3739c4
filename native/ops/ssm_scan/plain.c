#include "ops/simd_plain.h"
#include "ops/ssm_scan/step.h"

void lk_ssm_scan_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_ssm_scan_walk(op, begin, end, lk_ssm_scan_step);
}
