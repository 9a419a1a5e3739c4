#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_layer_norm_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *weight = &op->src[1], *bias = &op->src[2];
    int64_t n = op->dst.dims[0];
    lk_demand demand = {text, size, false};
    lk_demand_norm(&demand, op);
    if (lk_present(weight)) lk_demand_vector(&demand, weight, "weight", LK_TYPE_F32, n);
    if (lk_present(bias)) lk_demand_vector(&demand, bias, "bias", LK_TYPE_F32, n);
    return lk_demand_result(&demand);
}
