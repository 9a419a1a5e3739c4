#include "ops/mat_mul/tile.h"

int64_t lk_mat_mul_units(const lk_op_state *op) {
    return lk_mat_mul_chunks(op);
}

/* A tile of results beside dst: for each of the planes of x, and where there is a residual, which may be dst,
 * which a kernel would overwrite before it is read. */
int64_t lk_mat_mul_scratch(const lk_op_state *op) {
    int64_t planes = lk_mat_mul_planes(op);
    if (planes == 1 && !lk_present(&op->src[3])) return 0;
    return planes * lk_mat_mul_chunk_rows(op) * lk_mat_mul_tile_columns(op) * (int64_t)sizeof(float);
}
