#include "ops/demand.h"
#include "ops/expert_sort/groups.h"

static void demand_groups(lk_demand *demand, const lk_op_state *op) {
    const lk_view *x = &op->src[0], *groups = &op->src[1];
    const int64_t rows = x->dims[1], choices = (groups->dims[0] - lk_expert_words(op->dst.dims[1], 0)) / rows;
    lk_demand_vector(demand, groups, "groups", LK_TYPE_I32,
                     lk_expert_words(op->dst.dims[1], (choices > 0 ? choices : 1) * rows));
    lk_demand_that(demand, x->dims[2] == 1 || x->dims[2] == choices,
                   "x has %lld planes, groups are of %lld choices", (long long)x->dims[2],
                   (long long)choices);
}

const char *lk_square_sum_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *x = &op->src[0];
    lk_demand demand = {text, size, false};
    lk_demand_tensor(&demand, x, "x", LK_TYPE_F32);
    lk_demand_that(&demand, x->dims[3] == 1, "x has more than 3 dimensions");
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, dst->dims[0] == x->dims[0] + 1,
                   "dst has %lld columns, x has %lld, and one more is needed", (long long)dst->dims[0],
                   (long long)x->dims[0]);
    if (lk_present(&op->src[1]))
        demand_groups(&demand, op);
    else
        lk_demand_that(&demand, dst->dims[1] == 1 || dst->dims[1] == x->dims[2],
                       "dst has %lld rows, x has %lld planes", (long long)dst->dims[1],
                       (long long)x->dims[2]);
    return lk_demand_result(&demand);
}
