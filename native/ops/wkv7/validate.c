#include "ops/runs.h"

const char *lk_wkv7_validate(const lk_op_state *op, char *text, size_t size) {
    static const char *const names[] = {"r", "w", "k", "v", "a", "b"};
    const int64_t heads = op->params[0], channels = op->dst.dims[0];
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, &op->dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, heads > 0, "H is %lld", (long long)heads);
    lk_demand_that(&demand, heads > 0 && channels % heads == 0,
                   "dst has %lld columns, not a multiple of %lld heads", (long long)channels,
                   (long long)heads);
    for (int i = 0; i < 6; i++) lk_demand_rows(&demand, op, i, names[i], channels);
    if (demand.failed) return text;
    lk_demand_runs(&demand, op, 6, channels / heads * channels);
    return lk_demand_result(&demand);
}
