#include "ops/rope/rows.h"

void lk_rope_run_avx512(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_rope_rows(op, begin, end);
}
