#include "ops/demand.h"
#include "ops/ops.h"
#include <math.h>

static void demand_params(lk_demand *demand, const lk_op_state *op) {
    static const char *const xielu_names[] = {"alpha_p", "alpha_n", "beta", "eps"};
    if (op->params[0] == LK_GLU_KIND_XIELU) {
        for (int i = 0; i < 4; i++) {
            float value = lk_param_float(op, 1 + i);
            lk_demand_that(demand, isfinite(value), "%s is %g", xielu_names[i], (double)value);
        }
    }
    if (op->params[0] == LK_GLU_KIND_SWIGLU_OAI) {
        float alpha = lk_param_float(op, 1), limit = lk_param_float(op, 2);
        lk_demand_that(demand, lk_present(&op->src[1]), "up is absent");
        lk_demand_that(demand, isfinite(alpha), "alpha is %g", (double)alpha);
        lk_demand_that(demand, limit > 0, "limit is %g", (double)limit);
    }
}

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
    lk_demand_that(&demand, kind >= LK_GLU_KIND_SILU && kind <= LK_GLU_KIND_SWIGLU_OAI,
                   "glu kind %d is unknown", kind);
    demand_params(&demand, op);
    return lk_demand_result(&demand);
}
