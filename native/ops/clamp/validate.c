#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_clamp_validate(const lk_op_state *op, char *text, size_t size) {
    float least = lk_param_float(op, 0), most = lk_param_float(op, 1);
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, &op->src[0], "x", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "x", &op->dst, "dst");
    lk_demand_that(&demand, least <= most, "limits are [%g, %g]", (double)least, (double)most);
    return lk_demand_result(&demand);
}
