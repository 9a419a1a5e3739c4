#include "ops/runs.h"

const char *lk_wkv6_validate(const lk_op_state *op, char *text, size_t size) {
    static const char *const names[] = {"r", "k", "v", "w"};
    const int64_t heads = op->params[0], channels = op->dst.dims[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, heads > 0, "H is %lld", (long long)heads);
    lk_demand_that(&demand, heads > 0 && channels % heads == 0,
                   "dst has %lld columns, not a multiple of %lld heads", (long long)channels,
                   (long long)heads);
    for (int i = 0; i < 4; i++) lk_demand_rows(&demand, op, i, names[i], channels);
    lk_demand_vector(&demand, &op->src[4], "u", LK_TYPE_F32, channels);
    if (demand.failed) return text;
    lk_demand_runs(&demand, op, 5, channels / heads * channels);
    return lk_demand_result(&demand);
}
