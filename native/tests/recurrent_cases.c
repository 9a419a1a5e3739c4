#include "tests/recurrent_cases.h"
#include <math.h>
#include <string.h>

int recurrent_state(const lk_op *op) {
    return lk_op_find(op->opcode)->updates;
}

int32_t *recurrent_entry(const listing *list, int64_t index) {
    const lk_tensor *runs = &list->tensors[list->ops[0].src[recurrent_state(&list->ops[0]) + 1]];
    return (int32_t *)(void *)(list->image + runs->offset + index * runs->strides[1]);
}

void recurrent_fill_runs(listing *list, int64_t live, random_state *random) {
    int32_t slots[RECURRENT_SLOTS];
    for (int32_t i = 0; i < RECURRENT_SLOTS; ++i) {
        const int32_t j = random_below(random, i + 1);
        slots[i] = slots[j];
        slots[j] = i;
    }
    int32_t covered = 0;
    for (int32_t s = 0; s < RECURRENT_SEQUENCES; ++s) {
        const int32_t rest = (int32_t)live - covered, kind = random_below(random, 4);
        const bool last = s == RECURRENT_SEQUENCES - 1;
        const int32_t rows = rest <= 1 || last ? rest : 1 + random_below(random, rest);
        const int32_t read = kind == 0 ? -1 : kind == 1 ? slots[0] : slots[2 * s];
        const int32_t entry[4] = {covered, rows, read, slots[2 * s + 1]};
        const int32_t unused[4] = {-7, 1 << 30, -9, 1 << 30};
        memcpy(recurrent_entry(list, s), rest > 0 ? entry : unused, sizeof(entry));
        covered += rows;
    }
}

/* dst, then the state and the runs, which are every op's. */
static lk_op *add_op(listing *list, int32_t opcode, int64_t n, int64_t rows, int64_t width, int64_t pad,
                     random_state *random) {
    lk_op *op = listing_op(list, opcode, "x", listing_tensor(list, LK_TYPE_F32, n, rows, 1, 1, pad));
    const int state = recurrent_state(op);
    op->src[state] = listing_random(list, LK_TYPE_F32, width, RECURRENT_SLOTS, pad, random);
    op->src[state + 1] = listing_tensor(list, LK_TYPE_I32, 4, RECURRENT_SEQUENCES, 1, 1, pad);
    recurrent_fill_runs(list, rows, random);
    return op;
}

/* shape: n */
static void build_token_shift(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                              random_state *random) {
    lk_op *op = add_op(list, LK_OPCODE_TOKEN_SHIFT, shape[0], rows, shape[0], pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, shape[0], rows, pad, random);
}

/* shape: n, taps */
static void build_short_conv(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                             random_state *random) {
    const int64_t n = shape[0], taps = shape[1];
    lk_op *op = add_op(list, LK_OPCODE_SHORT_CONV, n, rows, (taps - 1) * n, pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, n, rows, pad, random);
    op->src[1] = listing_random(list, LK_TYPE_F32, taps, n, pad, random);
    if (random_below(random, 2)) op->src[4] = listing_random(list, LK_TYPE_F32, n, 1, 0, random);
}

static const float *row_of(const recurrent_row *at, int source) {
    return listing_floats((listing *)at->list, at->list->ops[0].src[source], at->row);
}

static void step_token_shift(const recurrent_row *at, double *state, double *dst) {
    const float *x = row_of(at, 0);
    for (int64_t i = 0; i < at->list->tensors[at->list->ops[0].dst].dims[0]; ++i) {
        dst[i] = state[i];
        state[i] = x[i];
    }
}

static void step_short_conv(const recurrent_row *at, double *state, double *dst) {
    const lk_op *op = &at->list->ops[0];
    const lk_tensor *weight = &at->list->tensors[op->src[1]];
    const int64_t taps = weight->dims[0], n = weight->dims[1];
    const float *x = row_of(at, 0);
    for (int64_t c = 0; c < n; ++c) {
        const float *w = listing_floats((listing *)at->list, op->src[1], c);
        dst[c] = w[taps - 1] * (double)x[c];
        if (op->src[4] >= 0) dst[c] += listing_floats((listing *)at->list, op->src[4], 0)[c];
        for (int64_t i = 0; i < taps - 1; ++i) dst[c] += w[i] * state[i * n + c];
    }
    memmove(state, state + n, sizeof(*state) * (size_t)((taps - 2) * n));
    for (int64_t c = 0; c < n; ++c) state[(taps - 2) * n + c] = x[c];
}

const recurrent_op recurrent_ops[] = {
    {"TOKEN_SHIFT",
     LK_OPCODE_TOKEN_SHIFT,
     1,
     0,
     {{1}, {7}, {255}, {256}, {257}, {600}},
     build_token_shift,
     step_token_shift},
    {"SHORT_CONV",
     LK_OPCODE_SHORT_CONV,
     1,
     0,
     {{1, 4}, {7, 2}, {63, 3}, {64, 4}, {65, 4}, {200, 9}},
     build_short_conv,
     step_short_conv},
};
const int recurrent_op_count = sizeof(recurrent_ops) / sizeof(*recurrent_ops);
