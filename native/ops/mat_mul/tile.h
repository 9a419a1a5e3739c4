/* How MAT_MUL is cut, and a matrix of MAT_MUL_ID: a unit is a chunk of weight rows, and the columns pass over
 * it in tiles. Both depend on the record's shape alone. */
#ifndef LK_MAT_MUL_TILE_H
#define LK_MAT_MUL_TILE_H

#include "ops/ops.h"

/* A multiple of 16 rows in [16, 64]: about 64 KB of weights, which stay in L2 while the column tiles pass. */
static inline int64_t lk_mat_mul_chunk_rows(const lk_op_state *op) {
    int64_t rows = 65536 / lk_row_bytes(op->src[0].type, op->src[0].dims[0]) / 16 * 16;
    return rows < 16 ? 16 : rows > 64 ? 64 : rows;
}

/* A multiple of 4 columns in [4, 128]: about 160 KB of activations. */
static inline int64_t lk_mat_mul_tile_columns(const lk_op_state *op) {
    int64_t columns = 163840 / lk_row_bytes(op->src[1].type, op->src[1].dims[0]) / 4 * 4;
    return columns < 4 ? 4 : columns > 128 ? 128 : columns;
}

/* Chunks of the weight rows of one matrix. */
static inline int64_t lk_mat_mul_chunks(const lk_op_state *op) {
    int64_t chunk = lk_mat_mul_chunk_rows(op);
    return (op->dst.dims[0] + chunk - 1) / chunk;
}

static inline void lk_add_floats(float *dst, const float *a, const float *b, int64_t n) {
    for (int64_t i = 0; i < n; i++) dst[i] = a[i] + b[i];
}

/* A row of A8X2 is two rows of A8, which the kernels see as two columns. */
static inline int64_t lk_mat_mul_planes(const lk_op_state *op) {
    return op->src[1].type == LK_TYPE_A8X2 ? 2 : 1;
}

#endif
