#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_expert_sum_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *x = &op->src[0], *weights = &op->src[1];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_tensor(&demand, x, "x", LK_TYPE_F32);
    lk_demand_that(&demand, x->dims[3] == 1, "x has more than 3 dimensions");
    lk_demand_same(&demand, x, "x", dst, "dst");
    if (!lk_present(weights)) return lk_demand_result(&demand);
    lk_demand_matrix(&demand, weights, "weights", LK_TYPE_F32);
    lk_demand_that(&demand, weights->dims[0] == x->dims[2] && weights->dims[1] == dst->dims[1],
                   "weights are [%lld, %lld], not [%lld, %lld]", (long long)weights->dims[0],
                   (long long)weights->dims[1], (long long)x->dims[2], (long long)dst->dims[1]);
    return lk_demand_result(&demand);
}
