#include "ops/ops.h"
#include <string.h>

static void get_row(const lk_op_state *op, int64_t row) {
    const lk_view *table = &op->src[0], *embeddings = &op->src[2];
    float *dst = lk_float_row(&op->dst, row);
    int64_t n = op->dst.dims[0];
    int64_t id = lk_index(&op->src[1], row);
    if (id >= 0 && id < table->dims[1]) {
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
