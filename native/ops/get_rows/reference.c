#include "ops/ops.h"
#include "types/layout.h"
#include <string.h>

/* A row of panels, a chunk at a time. */
static void get_interleaved(const lk_op_state *op, float *dst, int64_t id) {
    const lk_view *table = &op->src[0];
    const lk_type_kernels *type = op->weights;
    const int64_t k = table->dims[0], rows = table->dims[1], group = id / LK_PANEL_ROWS * LK_PANEL_ROWS;
    if (group + LK_PANEL_ROWS > rows) {
        type->dequantize(dst, lk_row(table, id), k);
        return;
    }
    uint8_t blocks[LK_PANEL_LENGTH * sizeof(float)];
    const uint8_t *chunk = lk_row(table, group);
    for (int64_t i = 0; i < k; i += LK_PANEL_LENGTH) {
        const int32_t n = k - i < LK_PANEL_LENGTH ? (int32_t)(k - i) : LK_PANEL_LENGTH;
        lk_row_from_chunk(type, blocks, chunk, (int32_t)(id - group), n);
        type->dequantize(dst + i, blocks, n);
        chunk += lk_chunk_bytes(type, n);
    }
}

static void get_row(const lk_op_state *op, int64_t row) {
    const lk_view *table = &op->src[0], *embeddings = &op->src[2];
    float *dst = lk_float_row(&op->dst, row);
    int64_t n = op->dst.dims[0];
    int64_t id = lk_index(&op->src[1], row);
    if (id >= 0 && id < table->dims[1]) {
        if (table->layout == LK_LAYOUT_PANELS)
            get_interleaved(op, dst, id);
        else
            op->weights->dequantize(dst, lk_row(table, id), n);
        return;
    }
    int64_t embedding = -1 - id;
    if (id < 0 && lk_present(embeddings) && embedding < embeddings->dims[1]) {
        memcpy(dst, lk_row(embeddings, embedding), (size_t)n * sizeof *dst);
        return;
    }
    memset(dst, 0, (size_t)n * sizeof *dst);
    lk_fault(op);
}

void lk_get_rows_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) get_row(op, row);
}
