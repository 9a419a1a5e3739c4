#include "ops/simd_avx2.h"
#include "ops/rms_norm/norm.h"

void lk_rms_norm_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_norm_rows(op, begin, end, lk_rms_norm);
}
