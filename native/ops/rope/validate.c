#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_rope_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *x = &op->src[0], *table = &op->src[1];
    int64_t head_dim = op->params[0];
    int32_t mode = op->params[1];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(&demand, x, "x", LK_TYPE_F32);
    lk_demand_same(&demand, x, "x", dst, "dst");
    lk_demand_matrix(&demand, table, "table", LK_TYPE_F32);
    lk_demand_that(&demand, table->dims[1] == x->dims[1], "table has %lld rows, x has %lld",
                   (long long)table->dims[1], (long long)x->dims[1]);
    lk_demand_that(&demand, head_dim > 0, "head_dim is %lld", (long long)head_dim);
    lk_demand_that(&demand, head_dim > 0 && x->dims[0] % head_dim == 0,
                   "x has %lld columns, not a multiple of head_dim %lld", (long long)x->dims[0],
                   (long long)head_dim);
    lk_demand_that(&demand, table->dims[0] % 2 == 0 && table->dims[0] <= head_dim,
                   "table has %lld columns, not an even number up to head_dim %lld",
                   (long long)table->dims[0], (long long)head_dim);
    lk_demand_that(&demand, mode == LK_ROPE_MODE_NORM || mode == LK_ROPE_MODE_NEOX, "rope mode %d is unknown",
                   mode);
    return lk_demand_result(&demand);
}
