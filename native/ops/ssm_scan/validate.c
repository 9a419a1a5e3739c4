#include "ops/ssm_scan/shape.h"

static void demand_params(lk_demand *demand, const lk_ssm_scan_shape *shape) {
    lk_demand_that(demand, shape->heads > 0, "H is %lld", (long long)shape->heads);
    lk_demand_that(demand, shape->head_dim > 0, "P is %lld", (long long)shape->head_dim);
    lk_demand_that(demand, shape->states > 0, "N is %lld", (long long)shape->states);
    lk_demand_that(demand, shape->groups > 0, "G is %lld", (long long)shape->groups);
    lk_demand_that(demand, shape->groups > 0 && shape->heads % shape->groups == 0,
                   "%lld heads do not divide among %lld groups", (long long)shape->heads,
                   (long long)shape->groups);
}

const char *lk_ssm_scan_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_ssm_scan_shape shape = lk_ssm_scan_shape_of(op);
    const lk_view *dst = &op->dst, *decay = &op->src[2];
    const int64_t channels = shape.heads * shape.head_dim;
    lk_demand demand = {text, size, false};
    demand_params(&demand, &shape);
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_rows(&demand, op, 0, "x", channels);
    lk_demand_rows(&demand, op, 1, "dt", shape.heads);
    lk_demand_rows(&demand, op, 3, "B", shape.groups * shape.states);
    lk_demand_rows(&demand, op, 4, "C", shape.groups * shape.states);
    lk_demand_that(&demand, dst->dims[0] == channels, "dst has %lld columns, not %lld",
                   (long long)dst->dims[0], (long long)channels);
    lk_demand_matrix(&demand, decay, "A", LK_TYPE_F32);
    lk_demand_that(&demand,
                   (decay->dims[0] == shape.states || decay->dims[0] == 1) && decay->dims[1] == shape.heads,
                   "A is [%lld, %lld], not [%lld or 1, %lld]", (long long)decay->dims[0],
                   (long long)decay->dims[1], (long long)shape.states, (long long)shape.heads);
    lk_demand_vector(&demand, &op->src[5], "D", LK_TYPE_F32, shape.heads);
    if (demand.failed) return text; /* the product below overflows only with sizes refused by now */
    lk_demand_runs(&demand, op, 6, channels * shape.states);
    return lk_demand_result(&demand);
}
