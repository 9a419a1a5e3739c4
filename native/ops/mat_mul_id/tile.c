#include "ops/mat_mul_id/tile.h"
#include <string.h>

/* The most experts that can be in use: of all, or one a pair. */
static int64_t most_in_use(const lk_op_state *op) {
    const int64_t experts = op->src[0].dims[2], pairs = op->rows * op->dst.dims[2];
    return experts < pairs ? experts : pairs;
}

int64_t lk_mat_mul_id_units(const lk_op_state *op) {
    return most_in_use(op) * lk_mat_mul_chunks(op);
}

/* Bytes of gathered columns, so that what follows is aligned. */
static int64_t gathered_bytes(const lk_op_state *op) {
    const int64_t row_bytes = lk_row_bytes(op->src[1].type, op->src[1].dims[0]);
    return (lk_mat_mul_tile_columns(op) * row_bytes + 63) / 64 * 64;
}

int64_t lk_mat_mul_id_scratch(const lk_op_state *op) {
    const int64_t results = lk_mat_mul_planes(op) * lk_mat_mul_chunk_rows(op) * lk_mat_mul_tile_columns(op);
    return gathered_bytes(op) + results * (int64_t)sizeof(float);
}

bool lk_expert_tile_group(const lk_op_state *op, int64_t a, lk_expert_group *group) {
    const lk_view *list = &op->src[2];
    const int64_t in_use = *lk_experts_in_use(list), pairs = op->rows * op->dst.dims[2];
    if (in_use < 0 || in_use > most_in_use(op)) {
        lk_fault(op);
        return false;
    }
    if (a >= in_use) return false;
    *group = lk_expert_groups(list)[a];
    const bool possible = group->expert >= 0 && group->expert < op->src[0].dims[2] && group->first >= 0 &&
                          group->first < group->end && group->end <= pairs;
    if (!possible) lk_fault(op);
    return possible;
}

static bool are_pairs(const lk_op_state *op, const lk_expert_tile *tile) {
    const int64_t pairs = op->rows * op->dst.dims[2];
    for (int64_t c = 0; c < tile->columns; c++) {
        if (tile->pairs[c] < 0 || tile->pairs[c] >= pairs) return false;
    }
    return true;
}

/* A row of x with one plane serves all choices. */
static const uint8_t *column_of(const lk_op_state *op, int64_t pair) {
    const lk_view *x = &op->src[1];
    const int64_t choices = op->dst.dims[2], j = x->dims[2] == 1 ? 0 : pair % choices;
    return x->data + pair / choices * x->strides[1] + j * x->strides[2];
}

bool lk_expert_tile_gather(const lk_op_state *op, lk_expert_tile *tile, void *scratch) {
    if (!are_pairs(op, tile)) {
        lk_fault(op);
        return false;
    }
    const int64_t row_bytes = lk_row_bytes(op->src[1].type, op->src[1].dims[0]);
    uint8_t *gathered = scratch;
    tile->results = (float *)(void *)(gathered + gathered_bytes(op));
    tile->x_stride = row_bytes / lk_mat_mul_planes(op);
    tile->x = tile->columns == 1 ? column_of(op, tile->pairs[0]) : gathered;
    for (int64_t c = 0; c < tile->columns && tile->columns > 1; c++)
        memcpy(gathered + c * row_bytes, column_of(op, tile->pairs[c]), (size_t)row_bytes);
    return true;
}
