#include "ops/wkv.h"

const char *lk_wkv6_validate(const lk_op_state *op, char *text, size_t size) {
    static const char *const names[] = {"r", "k", "v", "w"};
    lk_demand demand = {text, size, false};
    lk_demand_wkv(&demand, op, names, 4);
    lk_demand_vector(&demand, &op->src[4], "u", LK_TYPE_F32, op->dst.dims[0]);
    if (demand.failed) return text;
    lk_demand_runs(&demand, op, 5, lk_wkv_state_width(op));
    return lk_demand_result(&demand);
}
