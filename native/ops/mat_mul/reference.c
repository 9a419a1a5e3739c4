/* The same for every ISA: the arithmetic lies in the weight type's products for op->isa. */
#include "ops/mat_mul/tile.h"
#include "types/product.h"
#include <string.h>

/* What the products of weight rows [begin, end) are added to, in dst. False when it is nothing. */
static bool store_addends(const lk_op_state *op, int64_t begin, int64_t end) {
    const lk_view *residual = &op->src[3];
    const float *bias = lk_present(&op->src[2]) ? lk_float_row(&op->src[2], 0) + begin : NULL;
    for (int64_t c = 0; c < op->rows && (bias || lk_present(residual)); c++) {
        float *dst = lk_float_row(&op->dst, c) + begin;
        const float *from = lk_present(residual) ? lk_float_row(residual, c) + begin : bias;
        if (bias && from != bias)
            lk_add_floats(dst, from, bias, end - begin);
        else if (dst != from)
            memcpy(dst, from, (size_t)(end - begin) * sizeof *dst);
    }
    return bias || lk_present(residual);
}

void lk_mat_mul_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const lk_view *weights = &op->src[0], *x = &op->src[1];
    const int64_t chunk = lk_mat_mul_chunk_rows(op), m = op->dst.dims[0], planes = lk_mat_mul_planes(op);
    const int64_t first = begin * chunk, last = end * chunk < m ? end * chunk : m;
    if (op->rows == 0 || first >= last) return;
    const lk_product product = {.dst = lk_float_row(&op->dst, 0) + first,
                                .dst_stride = op->dst.strides[1] / (int64_t)sizeof(float),
                                .w = lk_row(weights, first),
                                .w_stride = weights->strides[1],
                                .layout = weights->layout,
                                .rows = (int32_t)(last - first),
                                .x = lk_row(x, 0),
                                .x_type = lk_mat_mul_column_type(op),
                                .x_stride = x->strides[1] / planes,
                                .columns = (int32_t)(op->rows * planes),
                                .planes = (int32_t)planes,
                                .k = (int32_t)weights->dims[0],
                                .add = store_addends(op, first, last)};
    lk_product_run(op->weights, op->isa, &product);
}
