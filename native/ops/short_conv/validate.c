#include "ops/runs.h"

const char *lk_short_conv_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *weight = &op->src[1];
    const int64_t n = dst->dims[0], taps = weight->dims[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, &op->src[0], "x", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "x", dst, "dst");
    lk_demand_matrix(&demand, weight, "weight", LK_TYPE_F32);
    lk_demand_that(&demand, taps > 1, "weight has 1 tap, it needs 2 at least");
    lk_demand_that(&demand, weight->dims[1] == n, "weight has %lld rows, dst has %lld columns",
                   (long long)weight->dims[1], (long long)n);
    lk_demand_runs(&demand, op, 2, (taps - 1) * n);
    if (lk_present(&op->src[4])) lk_demand_vector(&demand, &op->src[4], "bias", LK_TYPE_F32, n);
    return lk_demand_result(&demand);
}
