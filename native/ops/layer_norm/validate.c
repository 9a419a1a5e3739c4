#include "ops/demand.h"
#include "ops/ops.h"
#include <math.h>

const char *lk_layer_norm_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *x = &op->src[0], *weight = &op->src[1], *bias = &op->src[2];
    float eps = lk_param_float(op, 0);
    int64_t width = op->params[1];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, x, "x", LK_TYPE_F32);
    lk_demand_same(&demand, x, "x", dst, "dst");
    lk_demand_that(&demand, isfinite(eps) && eps >= 0, "eps is %g", (double)eps);
    lk_demand_that(&demand, width > 0, "width is %lld", (long long)width);
    lk_demand_that(&demand, width > 0 && x->dims[0] % width == 0,
                   "x has %lld columns, not a multiple of width %lld", (long long)x->dims[0],
                   (long long)width);
    if (lk_present(weight)) lk_demand_vector(&demand, weight, "weight", LK_TYPE_F32, x->dims[0]);
    if (lk_present(bias)) lk_demand_vector(&demand, bias, "bias", LK_TYPE_F32, x->dims[0]);
    return lk_demand_result(&demand);
}
