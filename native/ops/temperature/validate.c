#include "ops/demand.h"
#include "ops/ops.h"
#include <math.h>

const char *lk_temperature_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst;
    float scale = lk_param_float(op, 0);
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, dst->dims[0] == 1, "dst has %lld columns, not 1", (long long)dst->dims[0]);
    lk_demand_vector(&demand, &op->src[0], "positions", LK_TYPE_I32, dst->dims[1]);
    lk_demand_that(&demand, isfinite(scale), "scale is %g", (double)scale);
    lk_demand_that(&demand, op->params[1] > 0, "step is %d", op->params[1]);
    return lk_demand_result(&demand);
}
