#include "ops/runs.h"

enum { CHUNK = 64 }; /* columns of a unit */

static const float zeros[CHUNK];

int64_t lk_short_conv_units(const lk_op_state *op) {
    return (op->dst.dims[0] + CHUNK - 1) / CHUNK;
}

/* A unit's weights, tap by tap. */
int64_t lk_short_conv_scratch(const lk_op_state *op) {
    const int64_t columns = op->dst.dims[0] < CHUNK ? op->dst.dims[0] : CHUNK;
    return op->src[1].dims[0] * columns * (int64_t)sizeof(float);
}

static void transpose_weights(float *dst, const lk_op_state *op, int64_t at, int64_t n) {
    const int64_t taps = op->src[1].dims[0];
    for (int64_t c = 0; c < n; c++) {
        const float *row = lk_float_row(&op->src[1], at + c);
        for (int64_t i = 0; i < taps; i++) dst[i * n + c] = row[i];
    }
}

/* Columns from at on of a row; rows before the sequence's first are those of its state. */
static const float *input(const lk_op_state *op, const lk_sequence *sequence, int64_t row, int64_t at) {
    const int64_t before = op->src[1].dims[0] - 1, index = row - sequence->first + before;
    if (index >= before) return lk_float_row(&op->src[0], row) + at;
    return sequence->read ? sequence->read + index * op->dst.dims[0] + at : zeros;
}

static void filter_row(const lk_op_state *op, const lk_sequence *sequence, const float *weights, int64_t row,
                       int64_t at, int64_t n) {
    const int64_t taps = op->src[1].dims[0];
    double sums[CHUNK] = {0};
    for (int64_t i = 0; i < taps; i++) {
        const float *x = input(op, sequence, row - taps + 1 + i, at), *weight = weights + i * n;
        for (int64_t c = 0; c < n; c++) sums[c] += (double)weight[c] * x[c];
    }
    float *dst = lk_float_row(&op->dst, row) + at;
    const float *bias = lk_present(&op->src[4]) ? lk_float_row(&op->src[4], 0) + at : zeros;
    for (int64_t c = 0; c < n; c++) dst[c] = (float)(sums[c] + bias[c]);
}

static void filter(const lk_op_state *op, const lk_sequence *sequence, const float *weights, int64_t at,
                   int64_t n) {
    const int64_t before = op->src[1].dims[0] - 1;
    for (int64_t row = sequence->first; row < sequence->end; row++)
        filter_row(op, sequence, weights, row, at, n);
    for (int64_t i = 0; i < before; i++) {
        memcpy(sequence->written + i * op->dst.dims[0] + at,
               input(op, sequence, sequence->end - before + i, at), (size_t)n * sizeof(float));
    }
}

void lk_short_conv_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    const lk_runs runs = lk_runs_of(op, 2);
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t at = unit * CHUNK, rest = op->dst.dims[0] - at, n = rest < CHUNK ? rest : CHUNK;
        transpose_weights(scratch, op, at, n);
        for (int64_t s = 0; s < runs.count; s++) {
            const lk_sequence sequence = lk_sequence_of(&runs, s);
            filter(op, &sequence, scratch, at, n);
        }
    }
}
