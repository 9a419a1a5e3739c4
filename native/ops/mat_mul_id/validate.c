#include "core/program.h"
#include "ops/demand.h"
#include "ops/expert_sort/groups.h"

static void demand_stack(lk_demand *demand, const lk_view *view, const char *name) {
    lk_demand_that(demand, view->dims[3] == 1, "%s of more than 3 dimensions", name);
}

static void demand_x(lk_demand *demand, const lk_op_state *op) {
    const lk_view *dst = &op->dst, *weights = &op->src[0], *x = &op->src[1];
    const bool taken = lk_type_multiplies(weights->type, x->type);
    lk_demand_tensor(demand, x, "x", taken ? x->type : lk_type_activation(weights->type));
    demand_stack(demand, x, "x");
    lk_demand_that(demand, x->dims[0] == weights->dims[0], "x has %lld columns, weights have %lld",
                   (long long)x->dims[0], (long long)weights->dims[0]);
    lk_demand_that(demand, x->dims[1] == dst->dims[1], "x has %lld rows, dst has %lld", (long long)x->dims[1],
                   (long long)dst->dims[1]);
    lk_demand_that(demand, x->dims[2] == 1 || x->dims[2] == dst->dims[2], "x has %lld planes, dst has %lld",
                   (long long)x->dims[2], (long long)dst->dims[2]);
}

const char *lk_mat_mul_id_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *weights = &op->src[0], *bias = &op->src[3];
    lk_demand demand = {text, size, false};
    lk_demand_that(&demand, op->weights != NULL, "weights are %s, which no matrix product reads",
                   lk_type_label(weights->type));
    if (demand.failed) return text;
    demand_stack(&demand, weights, "weights");
    demand_x(&demand, op);
    lk_demand_tensor(&demand, dst, "dst", LK_TYPE_F32);
    demand_stack(&demand, dst, "dst");
    lk_demand_that(&demand, dst->dims[0] == weights->dims[1], "dst has %lld columns, weights have %lld rows",
                   (long long)dst->dims[0], (long long)weights->dims[1]);
    lk_demand_vector(&demand, &op->src[2], "groups", LK_TYPE_I32,
                     lk_expert_words(weights->dims[2], dst->dims[1] * dst->dims[2]));
    if (!lk_present(bias)) return lk_demand_result(&demand);
    lk_demand_matrix(&demand, bias, "bias", LK_TYPE_F32);
    lk_demand_that(&demand, bias->dims[0] == dst->dims[0] && bias->dims[1] == weights->dims[2],
                   "bias is [%lld, %lld], not [%lld, %lld]", (long long)bias->dims[0],
                   (long long)bias->dims[1], (long long)dst->dims[0], (long long)weights->dims[2]);
    return lk_demand_result(&demand);
}
