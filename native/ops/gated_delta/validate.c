#include "ops/runs.h"
#include <math.h>

const char *lk_gated_delta_validate(const lk_op_state *op, char *text, size_t size) {
    const int64_t q_heads = op->params[0], heads = op->params[1];
    const int64_t keys = op->src[0].dims[0], values = op->dst.dims[0];
    lk_demand demand = {text, size, false};
    lk_demand_that(&demand, q_heads > 0, "Hk is %lld", (long long)q_heads);
    lk_demand_that(&demand, heads > 0, "Hv is %lld", (long long)heads);
    lk_demand_that(&demand, q_heads > 0 && heads % q_heads == 0,
                   "%lld heads do not divide among %lld of q and k", (long long)heads, (long long)q_heads);
    lk_demand_that(&demand, isfinite(lk_param_float(op, 2)), "scale is %g", (double)lk_param_float(op, 2));
    if (demand.failed) return text;
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, keys % q_heads == 0, "q has %lld columns, not a multiple of %lld heads",
                   (long long)keys, (long long)q_heads);
    lk_demand_that(&demand, values % heads == 0, "dst has %lld columns, not a multiple of %lld heads",
                   (long long)values, (long long)heads);
    lk_demand_rows(&demand, op, 0, "q", keys);
    lk_demand_rows(&demand, op, 1, "k", keys);
    lk_demand_rows(&demand, op, 2, "v", values);
    lk_demand_rows(&demand, op, 3, "g", heads);
    lk_demand_rows(&demand, op, 4, "beta", heads);
    lk_demand_runs(&demand, op, 5, keys / q_heads * values);
    return lk_demand_result(&demand);
}
