#include "core/program.h"
#include "ops/demand.h"
#include "ops/ops.h"

static void demand_addends(lk_demand *demand, const lk_op_state *op) {
    const lk_view *dst = &op->dst, *bias = &op->src[2], *residual = &op->src[3];
    if (lk_present(bias)) lk_demand_vector(demand, bias, "bias", LK_TYPE_F32, dst->dims[0]);
    if (!lk_present(residual)) return;
    lk_demand_matrix(demand, residual, "residual", LK_TYPE_F32);
    lk_demand_same(demand, residual, "residual", dst, "dst");
}

const char *lk_mat_mul_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *weights = &op->src[0], *x = &op->src[1];
    lk_demand demand = {text, size, false};
    lk_demand_that(&demand, op->weights != NULL, "weights are %s, which no matrix product reads",
                   lk_type_label(weights->type));
    if (demand.failed) return text;
    lk_demand_matrix(&demand, weights, "weights", weights->type);
    bool taken = lk_type_multiplies(weights->type, x->type);
    lk_demand_matrix(&demand, x, "x", taken ? x->type : lk_type_activation(weights->type));
    /* The two planes of a row are seen as two columns, half a stride apart. */
    lk_demand_that(&demand, x->type != LK_TYPE_A8X2 || x->strides[1] == lk_row_bytes(x->type, x->dims[0]),
                   "x has rows %lld bytes apart, those of a8x2 must be adjacent", (long long)x->strides[1]);
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_F32);
    lk_demand_that(&demand, x->dims[0] == weights->dims[0], "x has %lld columns, weights have %lld",
                   (long long)x->dims[0], (long long)weights->dims[0]);
    lk_demand_that(&demand, dst->dims[0] == weights->dims[1], "dst has %lld columns, weights have %lld rows",
                   (long long)dst->dims[0], (long long)weights->dims[1]);
    lk_demand_that(&demand, x->dims[1] == dst->dims[1], "x has %lld rows, dst has %lld",
                   (long long)x->dims[1], (long long)dst->dims[1]);
    demand_addends(&demand, op);
    return lk_demand_result(&demand);
}
