#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_glu_validate(const lk_op_state *op, char *text, size_t size) {
    int32_t kind = op->params[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, &op->src[0], "gate", LK_TYPE_F32);
    lk_demand_same(&demand, &op->src[0], "gate", &op->dst, "dst");
    if (lk_present(&op->src[1])) {
        lk_demand_matrix(&demand, &op->src[1], "up", LK_TYPE_F32);
        lk_demand_same(&demand, &op->src[1], "up", &op->dst, "dst");
    }
    lk_demand_that(&demand, kind >= LK_GLU_KIND_SILU && kind <= LK_GLU_KIND_RELU_SQUARED,
                   "glu kind %d is unknown", kind);
    return lk_demand_result(&demand);
}
