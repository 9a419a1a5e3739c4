#include "ops/runs.h"

enum { CHUNK = 256 }; /* columns of a unit */

int64_t lk_token_shift_units(const lk_op_state *op) {
    return (op->dst.dims[0] + CHUNK - 1) / CHUNK;
}

int64_t lk_token_shift_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

static void shift(const lk_op_state *op, const lk_sequence *sequence, int64_t at, int64_t n) {
    const size_t bytes = (size_t)n * sizeof(float);
    const lk_view *x = &op->src[0];
    lk_sequence_read(lk_float_row(&op->dst, sequence->first) + at, sequence, at, n);
    for (int64_t row = sequence->first + 1; row < sequence->end; row++) {
        memcpy(lk_float_row(&op->dst, row) + at, lk_float_row(x, row - 1) + at, bytes);
    }
    memcpy(sequence->written + at, lk_float_row(x, sequence->end - 1) + at, bytes);
}

void lk_token_shift_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const lk_runs runs = lk_runs_of(op, 1);
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t at = unit * CHUNK, rest = op->dst.dims[0] - at;
        for (int64_t s = 0; s < runs.count; s++) {
            const lk_sequence sequence = lk_sequence_of(&runs, s);
            shift(op, &sequence, at, rest < CHUNK ? rest : CHUNK);
        }
    }
}
