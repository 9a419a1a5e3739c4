#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_quantize_validate(const lk_op_state *op, char *text, size_t size) {
    lk_demand demand = {text, size, false};
    const bool other = op->dst.type == LK_TYPE_A8X2 || op->dst.type == LK_TYPE_BF16;
    lk_demand_matrix(&demand, &op->dst, "dst", other ? op->dst.type : LK_TYPE_A8);
    lk_demand_matrix(&demand, &op->src[0], "x", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "x", &op->dst, "dst");
    return lk_demand_result(&demand);
}
