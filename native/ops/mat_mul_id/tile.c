#include "ops/mat_mul_id/tile.h"
#include <string.h>

/* A multiple of 12 columns in [12, 252]: about 160 KB of activations. */
static int64_t tile_columns(int64_t row_bytes) {
    const int64_t columns = 163840 / row_bytes / 12 * 12;
    return columns < 12 ? 12 : columns > 252 ? 252 : columns;
}

lk_expert_cut lk_expert_cut_of(const lk_op_state *op) {
    lk_expert_cut cut = {.chunk_rows = lk_mat_mul_chunk_rows(op),
                         .chunks = lk_mat_mul_chunks(op),
                         .planes = lk_mat_mul_planes(op),
                         .row_bytes = lk_row_bytes(op->src[1].type, op->src[1].dims[0]),
                         .pairs = op->rows * op->dst.dims[2]};
    cut.tile_columns = tile_columns(cut.row_bytes);
    cut.results = (cut.tile_columns * cut.row_bytes + 63) / 64 * 64;
    cut.most_used = op->src[0].dims[2] < cut.pairs ? op->src[0].dims[2] : cut.pairs;
    return cut;
}

int64_t lk_mat_mul_id_units(const lk_op_state *op) {
    const lk_expert_cut cut = lk_expert_cut_of(op);
    return cut.most_used * cut.chunks;
}

int64_t lk_mat_mul_id_scratch(const lk_op_state *op) {
    const lk_expert_cut cut = lk_expert_cut_of(op);
    return cut.results + cut.chunk_rows * cut.tile_columns * (int64_t)sizeof(float);
}

bool lk_expert_cut_group(const lk_op_state *op, const lk_expert_cut *cut, int64_t a, lk_expert_group *group) {
    return lk_expert_group_read(op, &op->src[2], op->src[0].dims[2], cut->pairs, a, group);
}

static bool are_pairs(const lk_expert_tile *tile, int64_t pairs) {
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

bool lk_expert_tile_gather(const lk_op_state *op, const lk_expert_cut *cut, lk_expert_tile *tile,
                           void *scratch) {
    if (!are_pairs(tile, cut->pairs)) {
        lk_fault(op);
        return false;
    }
    uint8_t *gathered = scratch;
    tile->x = tile->columns == 1 ? column_of(op, tile->pairs[0]) : gathered;
    for (int64_t c = 0; c < tile->columns && tile->columns > 1; c++)
        memcpy(gathered + c * cut->row_bytes, column_of(op, tile->pairs[c]), (size_t)cut->row_bytes);
    return true;
}
