/* Cases of the ops that carry a state: their tensors and the runs of their sequences. */
#ifndef LK_RECURRENT_CASES_H
#define LK_RECURRENT_CASES_H

#include "tests/recurrent_formulas.h"

enum { RECURRENT_SLOTS = 7, RECURRENT_SEQUENCES = 3, RECURRENT_SHAPE = 4 };

typedef struct recurrent_op {
    const char *name;
    int32_t opcode;
    uint32_t row_sources; /* bit i: src[i] has a row for each of the batch's */
    /* The largest ||a - b|| / ||sizes||, and of the states ||a - b|| / ||b||, b the formula's. */
    double limit;
    int64_t shapes[9][RECURRENT_SHAPE]; /* up to one that begins with 0 */
    void (*build)(listing *list, const int64_t *shape, int64_t rows, int64_t pad, random_state *random);
    recurrent_step_fn step;
} recurrent_op;

extern const recurrent_op recurrent_ops[];
extern const int recurrent_op_count;

/* The op's source that is its state; the runs are the next one. */
int recurrent_state(const lk_op *op);

/* Sequences that share live rows at random, some of them new (-1), two of them perhaps of one origin. */
void recurrent_fill_runs(listing *list, int64_t live, random_state *random);
int32_t *recurrent_entry(const listing *list, int64_t index);

#endif
