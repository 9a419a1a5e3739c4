#include "ops/runs.h"

const char *lk_token_shift_validate(const lk_op_state *op, char *text, size_t size) {
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, &op->src[0], "x", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "x", &op->dst, "dst");
    lk_demand_runs(&demand, op, 1, op->dst.dims[0]);
    return lk_demand_result(&demand);
}
