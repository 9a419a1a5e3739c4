/* The sequences of a step, for the ops that carry a state from row to row (llamakernels.h, "Runs"). Such an
 * op is cut across the state's elements, never across rows: each unit walks all rows of every sequence in
 * order, so a prompt in one batch gives the bits that it gives row by row. */
#ifndef LK_RUNS_H
#define LK_RUNS_H

#include "ops/demand.h"
#include "ops/ops.h"
#include <string.h>

/* The entries in use of a runs table, checked, and the states that they name. */
typedef struct lk_runs {
    const lk_view *state, *table;
    int64_t count;
} lk_runs;

/* Rows [first, end), and the sequence's state before (NULL: all zeros) and after them. */
typedef struct lk_sequence {
    int64_t first, end;
    const float *read;
    float *written;
} lk_sequence;

/* src[source] is state f32[width, slots], src[source + 1] the runs i32[4, S]; width 0 stands for one already
 * found wrong. */
void lk_demand_runs(lk_demand *demand, const lk_op_state *op, int source, int64_t width);

/* A table that does not cover the live rows in order, or names a slot outside the state, or one that a run
 * writes and another entry names too, is a fault and gives no sequences. */
lk_runs lk_runs_of(const lk_op_state *op, int source);

static inline const int32_t *lk_runs_entry(const lk_view *table, int64_t index) {
    return (const int32_t *)(const void *)lk_row(table, index);
}

static inline lk_sequence lk_sequence_of(const lk_runs *runs, int64_t index) {
    const int32_t *entry = lk_runs_entry(runs->table, index);
    return (lk_sequence){.first = entry[0],
                         .end = (int64_t)entry[0] + entry[1],
                         .read = entry[2] < 0 ? NULL : lk_float_row(runs->state, entry[2]),
                         .written = lk_float_row(runs->state, entry[3])};
}

/* dst = elements [at, at + n) of the state before the sequence's rows. */
static inline void lk_sequence_read(float *dst, const lk_sequence *sequence, int64_t at, int64_t n) {
    if (sequence->read)
        memcpy(dst, sequence->read + at, (size_t)n * sizeof *dst);
    else
        memset(dst, 0, (size_t)n * sizeof *dst);
}

/* Elements [at, at + n) of the state, moved to where they are written: there the rows update them. */
static inline float *lk_sequence_state(const lk_sequence *sequence, int64_t at, int64_t n) {
    lk_sequence_read(sequence->written + at, sequence, at, n);
    return sequence->written + at;
}

#endif
