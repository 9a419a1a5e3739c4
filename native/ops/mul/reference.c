#include "ops/pairs.h"

static inline float combined(float a, float b) {
    return a * b;
}

void lk_mul_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_pair_rows(op, begin, end, combined);
}
