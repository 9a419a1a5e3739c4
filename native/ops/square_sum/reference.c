/* The same for every ISA: a compiler adds up a chunk's columns side by side, and a product of the same rows
 * costs as many multiplications for each of its columns. */
#include "ops/expert_sort/groups.h"
#include <string.h>

/* Columns of a unit: their sums fit the first cache beside the rows that pass. */
enum { CHUNK = 128 };

/* The columns of a unit, and their sums for one row of dst. */
typedef struct lk_square_chunk {
    int64_t first, columns, rows;
    double sums[CHUNK];
} lk_square_chunk;

int64_t lk_square_sum_units(const lk_op_state *op) {
    return (op->src[0].dims[0] + CHUNK - 1) / CHUNK;
}

int64_t lk_square_sum_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static void clear(lk_square_chunk *chunk) {
    memset(chunk->sums, 0, sizeof(chunk->sums));
    chunk->rows = 0;
}

static void add_row(lk_square_chunk *chunk, const lk_view *x, int64_t row, int64_t plane) {
    const float *values =
        lk_float_row(x, row) + chunk->first + plane * x->strides[2] / (int64_t)sizeof(float);
    for (int64_t i = 0; i < chunk->columns; i++) chunk->sums[i] += (double)values[i] * values[i];
    chunk->rows++;
}

/* The first chunk also has the number of rows to write. */
static void store(const lk_square_chunk *chunk, const lk_op_state *op, int64_t d) {
    float *dst = lk_float_row(&op->dst, d);
    for (int64_t i = 0; i < chunk->columns; i++) dst[chunk->first + i] = (float)chunk->sums[i];
    if (chunk->first == 0) dst[op->src[0].dims[0]] = (float)chunk->rows;
}

static void sum_planes(lk_square_chunk *chunk, const lk_op_state *op) {
    const int64_t planes = op->src[0].dims[2], each = planes / op->dst.dims[1];
    for (int64_t d = 0; d < op->dst.dims[1]; d++) {
        clear(chunk);
        for (int64_t row = 0; row < op->rows; row++)
            for (int64_t plane = d * each; plane < (d + 1) * each; plane++)
                add_row(chunk, &op->src[0], row, plane);
        store(chunk, op, d);
    }
}

static void sum_group(lk_square_chunk *chunk, const lk_op_state *op, const lk_expert_group *group,
                      int64_t choices) {
    const lk_view *x = &op->src[0];
    const int32_t *pairs = lk_expert_pairs(&op->src[1], op->dst.dims[1]);
    clear(chunk);
    for (int64_t p = group->first; p < group->end; p++) {
        if (pairs[p] < 0 || pairs[p] >= op->rows * choices) {
            lk_fault(op);
            return;
        }
        add_row(chunk, x, pairs[p] / choices, x->dims[2] == 1 ? 0 : pairs[p] % choices);
    }
    store(chunk, op, group->expert);
}

static void sum_experts(lk_square_chunk *chunk, const lk_op_state *op) {
    const lk_view *list = &op->src[1];
    const int64_t experts = op->dst.dims[1];
    const int64_t choices = (list->dims[0] - lk_expert_words(experts, 0)) / op->src[0].dims[1];
    clear(chunk);
    for (int64_t e = 0; e < experts; e++) store(chunk, op, e);
    lk_expert_group group;
    for (int64_t a = 0; lk_expert_group_read(op, list, experts, op->rows * choices, a, &group); a++)
        sum_group(chunk, op, &group, choices);
}

void lk_square_sum_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const int64_t n = op->src[0].dims[0];
    for (int64_t unit = begin; unit < end; unit++) {
        lk_square_chunk chunk = {.first = unit * CHUNK};
        chunk.columns = n - chunk.first < CHUNK ? n - chunk.first : CHUNK;
        if (lk_present(&op->src[1]))
            sum_experts(&chunk, op);
        else
            sum_planes(&chunk, op);
    }
}
