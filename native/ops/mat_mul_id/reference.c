/* The same for every ISA: the arithmetic lies in the weight type's kernel for op->isa. */
#include "ops/mat_mul_id/tile.h"
#include "types/product.h"
#include <string.h>

/* The sums of a column to their row, and the bias added. dst may be sums. */
static void store_column(float *dst, const float *sums, const float *bias, int64_t rows) {
    if (bias)
        lk_add_floats(dst, sums, bias, rows);
    else if (dst != sums)
        memcpy(dst, sums, (size_t)rows * sizeof *dst);
}

/* Weight rows [begin, end) of the tile's expert times its columns. A single column's sums need no place of
 * their own. */
static void multiply_chunk(const lk_op_state *op, const lk_expert_cut *cut, const lk_expert_tile *tile,
                           int64_t begin, int64_t end, float *results) {
    const lk_view *weights = &op->src[0];
    const int64_t rows = end - begin, columns = tile->columns;
    const uint8_t *w = weights->data + tile->expert * weights->strides[2] + begin * weights->strides[1];
    const float *bias = lk_present(&op->src[3]) ? lk_float_row(&op->src[3], tile->expert) + begin : NULL;
    if (columns == 1) results = lk_expert_result(op, tile->pairs[0]) + begin;
    const lk_product product = {.dst = results,
                                .dst_stride = rows,
                                .w = w,
                                .w_stride = weights->strides[1],
                                .layout = weights->layout,
                                .rows = (int32_t)rows,
                                .x = tile->x,
                                .x_type = lk_mat_mul_column_type(op),
                                .x_stride = cut->row_bytes / cut->planes,
                                .columns = (int32_t)(columns * cut->planes),
                                .planes = (int32_t)cut->planes,
                                .k = (int32_t)weights->dims[0]};
    lk_product_run(op->weights, op->isa, &product);
    for (int64_t c = 0; c < tile->columns; c++)
        store_column(lk_expert_result(op, tile->pairs[c]) + begin, results + c * rows, bias, rows);
}

/* Chunks [first, last) of the a-th expert in use. */
static void multiply_expert(const lk_op_state *op, const lk_expert_cut *cut, int64_t a, int64_t first,
                            int64_t last, uint8_t *scratch) {
    lk_expert_group group;
    if (!lk_expert_cut_group(op, cut, a, &group)) return;
    const int64_t most = cut->tile_columns, chunk = cut->chunk_rows, m = op->dst.dims[0];
    const int32_t *pairs = lk_expert_pairs(&op->src[2], op->src[0].dims[2]);
    for (int64_t p = group.first; p < group.end; p += most) {
        lk_expert_tile tile = {.expert = group.expert, .pairs = pairs + p};
        tile.columns = group.end - p < most ? group.end - p : most;
        if (!lk_expert_tile_gather(op, cut, &tile, scratch)) return;
        for (int64_t c = first; c < last; c++)
            multiply_chunk(op, cut, &tile, c * chunk, (c + 1) * chunk < m ? (c + 1) * chunk : m,
                           (float *)(void *)(scratch + cut->results));
    }
}

void lk_mat_mul_id_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    const lk_expert_cut cut = lk_expert_cut_of(op);
    while (begin < end) {
        const int64_t first = begin % cut.chunks;
        const int64_t last = end - begin < cut.chunks - first ? first + end - begin : cut.chunks;
        multiply_expert(op, &cut, begin / cut.chunks, first, last, scratch);
        begin += last - first;
    }
}
