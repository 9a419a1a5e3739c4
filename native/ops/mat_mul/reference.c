/* The same for every ISA: the arithmetic lies in the weight type's kernel for op->isa. */
#include "ops/mat_mul/tile.h"
#include "types/product.h"
#include <string.h>

/* Weight rows [begin, end) times columns [column, column + columns). */
static void multiply_tile(const lk_op_state *op, int64_t begin, int64_t end, int64_t column, int64_t columns,
                          float *scratch) {
    const lk_view *weights = &op->src[0], *x = &op->src[1], *residual = &op->src[3];
    const float *bias = lk_present(&op->src[2]) ? lk_float_row(&op->src[2], 0) + begin : NULL;
    int64_t rows = end - begin, planes = lk_mat_mul_planes(op);
    bool aside = planes > 1 || lk_present(residual);
    float *result = aside ? scratch : lk_float_row(&op->dst, column) + begin;
    int64_t stride = aside ? rows : op->dst.strides[1] / (int64_t)sizeof(float);
    const lk_product product = {.dst = result,
                                .dst_stride = stride,
                                .w = lk_row(weights, begin),
                                .w_stride = weights->strides[1],
                                .layout = weights->layout,
                                .rows = (int32_t)rows,
                                .x = lk_row(x, column),
                                .x_stride = x->strides[1] / planes,
                                .columns = (int32_t)(columns * planes),
                                .k = (int32_t)weights->dims[0]};
    lk_product_run(op->weights, op->isa, &product);
    for (int64_t c = 0; c < columns; c++) {
        float *sums = result + c * planes * stride, *dst = lk_float_row(&op->dst, column + c) + begin;
        if (planes > 1) lk_add_floats(sums, sums, sums + stride, rows);
        if (bias) lk_add_floats(sums, sums, bias, rows);
        if (lk_present(residual))
            lk_add_floats(dst, sums, lk_float_row(residual, column + c) + begin, rows);
        else if (aside)
            memcpy(dst, sums, (size_t)rows * sizeof *dst);
    }
}

void lk_mat_mul_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    int64_t chunk = lk_mat_mul_chunk_rows(op), tile = lk_mat_mul_tile_columns(op), m = op->dst.dims[0];
    for (int64_t unit = begin; unit < end; unit++) {
        int64_t first = unit * chunk, last = first + chunk < m ? first + chunk : m;
        for (int64_t column = 0; column < op->rows; column += tile) {
            int64_t columns = op->rows - column < tile ? op->rows - column : tile;
            multiply_tile(op, first, last, column, columns, scratch);
        }
    }
}
