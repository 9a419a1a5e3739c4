#include "ops/demand.h"
#include "ops/ops.h"

const char *lk_mul_validate(const lk_op_state *op, char *text, size_t size) {
    lk_demand demand = {text, size, false};
    lk_demand_row_pair(&demand, op);
    return lk_demand_result(&demand);
}
