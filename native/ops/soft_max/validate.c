#include "ops/demand.h"
#include "ops/ops.h"
#include <math.h>

const char *lk_soft_max_validate(const lk_op_state *op, char *text, size_t size) {
    float scale = lk_param_float(op, 0);
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, &op->src[0], "x", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "x", &op->dst, "dst");
    lk_demand_that(&demand, isfinite(scale), "scale is %g", (double)scale);
    return lk_demand_result(&demand);
}
