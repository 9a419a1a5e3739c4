/* How MAT_MUL is cut, and a matrix of MAT_MUL_ID: a unit is a chunk of weight rows, times all columns. */
#ifndef LK_MAT_MUL_TILE_H
#define LK_MAT_MUL_TILE_H

#include "ops/ops.h"

/* A multiple of 32 rows in [32, 64]: about 64 KB of weights. */
static inline int64_t lk_mat_mul_chunk_rows(const lk_op_state *op) {
    return 65536 / lk_row_bytes(op->src[0].type, op->src[0].dims[0]) < 64 ? 32 : 64;
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

/* lk_type of such a column. */
static inline int32_t lk_mat_mul_column_type(const lk_op_state *op) {
    return op->src[1].type == LK_TYPE_A8X2 ? LK_TYPE_A8 : op->src[1].type;
}

#endif
