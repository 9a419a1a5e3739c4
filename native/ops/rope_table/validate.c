#include "ops/demand.h"
#include "ops/ops.h"
#include <math.h>

/* A base of 1 has no wavelengths, hence no correction range. */
static void demand_yarn(lk_demand *demand, const lk_op_state *op) {
    float beta_fast = lk_param_float(op, 4), beta_slow = lk_param_float(op, 5);
    lk_demand_that(demand, isfinite(beta_fast) && beta_fast > 0, "beta_fast is %g", (double)beta_fast);
    lk_demand_that(demand, isfinite(beta_slow) && beta_slow > 0, "beta_slow is %g", (double)beta_slow);
    lk_demand_that(demand, op->params[6] > 0, "n_ctx_orig is %d with YaRN", op->params[6]);
    lk_demand_that(demand, lk_param_float(op, 0) > 1, "freq_base is %g with YaRN",
                   (double)lk_param_float(op, 0));
}

const char *lk_rope_table_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *factors = &op->src[1];
    float base = lk_param_float(op, 0), scale = lk_param_float(op, 1);
    float ext_factor = lk_param_float(op, 2), attn_factor = lk_param_float(op, 3);
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, dst->dims[0] % 2 == 0, "dst has %lld columns, an odd number",
                   (long long)dst->dims[0]);
    lk_demand_vector(&demand, &op->src[0], "positions", LK_TYPE_I32, dst->dims[1]);
    if (lk_present(factors))
        lk_demand_vector(&demand, factors, "freq_factors", LK_TYPE_F32, dst->dims[0] / 2);
    lk_demand_that(&demand, isfinite(base) && base > 0, "freq_base is %g", (double)base);
    lk_demand_that(&demand, isfinite(scale) && scale > 0, "freq_scale is %g", (double)scale);
    lk_demand_that(&demand, isfinite(ext_factor), "ext_factor is %g", (double)ext_factor);
    lk_demand_that(&demand, isfinite(attn_factor), "attn_factor is %g", (double)attn_factor);
    if (ext_factor != 0) demand_yarn(&demand, op);
    return lk_demand_result(&demand);
}
