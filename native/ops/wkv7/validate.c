#include "ops/wkv.h"

const char *lk_wkv7_validate(const lk_op_state *op, char *text, size_t size) {
    static const char *const names[] = {"r", "w", "k", "v", "a", "b"};
    lk_demand demand = {text, size, false};
    lk_demand_wkv(&demand, op, names, 6);
    if (demand.failed) return text;
    lk_demand_runs(&demand, op, 6, lk_wkv_state_width(op));
    return lk_demand_result(&demand);
}
