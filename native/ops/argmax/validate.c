#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_argmax_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *x = &op->src[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_I32);
    lk_demand_matrix(&demand, x, "x", LK_TYPE_F32);
    lk_demand_that(&demand, dst->dims[0] == 1 && dst->dims[1] == x->dims[1],
                   "dst is [%lld, %lld], not [1, %lld]", (long long)dst->dims[0], (long long)dst->dims[1],
                   (long long)x->dims[1]);
    return lk_demand_result(&demand);
}
