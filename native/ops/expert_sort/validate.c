#include "ops/demand.h"
#include "ops/expert_sort/groups.h"

const char *lk_expert_sort_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *ids = &op->src[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, ids, "ids", LK_TYPE_I32);
    lk_demand_that(&demand, op->params[0] > 0, "%d experts", op->params[0]);
    lk_demand_vector(&demand, &op->dst, "dst", LK_TYPE_I32,
                     lk_expert_words(op->params[0], ids->dims[0] * ids->dims[1]));
    return lk_demand_result(&demand);
}
