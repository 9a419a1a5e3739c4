/* The ops that carry a state: every ISA and the reference against the formula, a batch
 * against its rows one by one and against other thread counts, and what their runs and records may not be. */
#include "core/cpu_features.h"
#include "tests/check.h"
#include "tests/recurrent_cases.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NAME = 160 };

static const lk_tensor *dst_of(const listing *list) {
    return &list->tensors[list->ops[0].dst];
}

static const lk_tensor *state_of(const listing *list) {
    return &list->tensors[list->ops[0].src[recurrent_state(&list->ops[0])]];
}

static float *row_in(uint8_t *image, const lk_tensor *tensor, int64_t row) {
    return (float *)(void *)(image + tensor->offset + row * tensor->strides[1]);
}

static size_t row_bytes(const lk_tensor *tensor) {
    return sizeof(float) * (size_t)tensor->dims[0];
}

/* Sum of squares of a - b, and of what it is measured by. */
typedef struct distance {
    double apart, norm;
} distance;

static void add_distance(distance *sum, const float *a, const double *b, const double *sizes, int64_t n) {
    for (int64_t i = 0; i < n; ++i) {
        sum->apart += (a[i] - b[i]) * (a[i] - b[i]);
        sum->norm += sizes[i] * sizes[i];
    }
}

static double relative(const distance *sum) {
    return sum->norm > 0 ? sqrt(sum->apart / sum->norm) : sqrt(sum->apart);
}

/* Runs the formula over a sequence, and adds how far the image is from it. */
static void follow_sequence(const recurrent_op *op, listing *list, uint8_t *image, const int32_t *entry,
                            distance *rows, distance *states) {
    const int64_t n = dst_of(list)->dims[0], width = state_of(list)->dims[0];
    double *state = calloc((size_t)width, sizeof(*state)), *dst = calloc(2 * (size_t)n, sizeof(*dst));
    for (int64_t i = 0; i < width && entry[2] >= 0; ++i)
        state[i] = row_in(list->image, state_of(list), entry[2])[i];
    for (int64_t row = entry[0]; row < entry[0] + entry[1]; ++row) {
        op->step(&(recurrent_row){list, row}, state, dst, dst + n);
        add_distance(rows, row_in(image, dst_of(list), row), dst, dst + n, n);
    }
    add_distance(states, row_in(image, state_of(list), entry[3]), state, state, width);
    free(state);
    free(dst);
}

static void check_formula(const recurrent_op *op, listing *list, uint8_t *image, int64_t live,
                          const char *name) {
    distance rows = {0, 0}, states = {0, 0};
    for (int64_t s = 0, covered = 0; covered < live; ++s) {
        const int32_t *entry = recurrent_entry(list, s);
        follow_sequence(op, list, image, entry, &rows, &states);
        covered += entry[1];
    }
    check_that(relative(&rows) <= op->limit, "%s: error %.3g, the limit is %.3g", name, relative(&rows),
               op->limit);
    check_that(relative(&states) <= op->limit, "%s: its states' error is %.3g, the limit is %.3g", name,
               relative(&states), op->limit);
}

/* Takes what the op may write out of the comparison. */
static void blank(const listing *list, uint8_t *image, int64_t live) {
    for (int64_t row = 0; row < live; ++row)
        memset(row_in(image, dst_of(list), row), 0, row_bytes(dst_of(list)));
    for (int64_t s = 0, covered = 0; covered < live; ++s) {
        const int32_t *entry = recurrent_entry(list, s);
        memset(row_in(image, state_of(list), entry[3]), 0, row_bytes(state_of(list)));
        covered += entry[1];
    }
}

static bool writes_only(const listing *list, const uint8_t *image, int64_t live) {
    uint8_t *before = malloc((size_t)list->bytes), *after = malloc((size_t)list->bytes);
    memcpy(before, list->image, (size_t)list->bytes);
    memcpy(after, image, (size_t)list->bytes);
    blank(list, before, live);
    blank(list, after, live);
    const bool same = memcmp(before, after, (size_t)list->bytes) == 0;
    free(before);
    free(after);
    return same;
}

static listing_result run(const listing *list, uint32_t isas, int32_t threads, int64_t live) {
    const int32_t args[LK_ARGUMENT_COUNT] = {(int32_t)live, 0, 0};
    return listing_run(list, isas, threads, args);
}

/* The batch's rows as programs of one row, each reading the state that the one before wrote. */
static void check_row_by_row(const recurrent_op *op, const listing *batch, const uint8_t *image,
                             uint32_t isas, const char *name) {
    listing list = *batch;
    const int32_t *batch_entry = recurrent_entry(batch, 0);
    list.image = malloc((size_t)batch->bytes);
    memcpy(list.image, batch->image, (size_t)batch->bytes);
    list.tensors[list.ops[0].dst].dims[1] = 1;
    for (int i = 0; i < LK_OP_SOURCES; ++i)
        if (op->row_sources >> i & 1) list.tensors[list.ops[0].src[i]].dims[1] = 1;
    int32_t slot = batch_entry[2], other = 0;
    for (int64_t row = 0; row < batch_entry[1]; ++row) {
        const bool last = row == batch_entry[1] - 1;
        while (other == slot || other == batch_entry[2] || other == batch_entry[3])
            other = (other + 1) % RECURRENT_SLOTS;
        const int32_t entry[4] = {0, 1, slot, last ? batch_entry[3] : other};
        memcpy(recurrent_entry(&list, 0), entry, sizeof(entry));
        slot = other;
        listing_result result = run(&list, isas, 1, 1);
        check_that(result.status == LK_STATUS_OK, "%s, row %lld: %s", name, (long long)row, lk_last_error());
        const lk_tensor *dst = dst_of(&list), *state = state_of(&list);
        const int64_t at = dst->offset, state_at = state->offset + batch_entry[3] * state->strides[1];
        check_that(memcmp(result.image + at, image + at, row_bytes(dst)) == 0,
                   "%s: row %lld alone differs from the batch's", name, (long long)row);
        check_that(!last || memcmp(result.image + state_at, image + state_at, row_bytes(state)) == 0,
                   "%s: the state after rows one by one differs from the batch's", name);
        free(list.image);
        list.image = result.image;
        list.tensors[list.ops[0].dst].offset += dst->strides[1];
        for (int i = 0; i < LK_OP_SOURCES; ++i) {
            lk_tensor *source = &list.tensors[list.ops[0].src[i] < 0 ? 0 : list.ops[0].src[i]];
            if (op->row_sources >> i & 1) source->offset += source->strides[1];
        }
    }
    listing_free(&list);
}

static void check_threads_agree(const listing *list, const uint8_t *image, uint32_t isas, int64_t live,
                                const char *name) {
    static const int32_t counts[] = {2, 5};
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); ++i) {
        listing_result result = run(list, isas, counts[i], live);
        check_that(result.status == LK_STATUS_OK && memcmp(result.image, image, (size_t)list->bytes) == 0,
                   "%s: %d threads differ from 1", name, counts[i]);
        free(result.image);
    }
}

static void check_isas(const recurrent_op *op, listing *list, int64_t live, const char *name) {
    for (int isa = LK_ISA_REFERENCE; isa < LK_ISA_COUNT; ++isa) {
        if (isa != LK_ISA_REFERENCE && !check_has((lk_isa)isa)) continue;
        char text[MOST_NAME + 16];
        snprintf(text, sizeof(text), "%s %s", name, lk_isa_name((lk_isa)isa));
        const uint32_t isas = isa == LK_ISA_REFERENCE ? 1u : 1u << isa | 1u << LK_ISA_PLAIN;
        listing_result got = run(list, isas, 1, live);
        if (check_that(got.status == LK_STATUS_OK, "%s: %s", text, lk_last_error())) {
            check_formula(op, list, got.image, live, text);
            check_that(writes_only(list, got.image, live), "%s: wrote beside dst and the states", text);
            check_threads_agree(list, got.image, isas, live, text);
            if (live > 0) check_row_by_row(op, list, got.image, isas, text);
        }
        free(got.image);
    }
}

static void check_shape(const recurrent_op *op, const int64_t *shape) {
    static const int64_t capacities[] = {1, 2, 9};
    for (int32_t c = 0; c < 6; ++c) {
        const int64_t rows = capacities[c / 2], pad = c % 2 ? 12 : 0;
        const int64_t lives[] = {rows, rows > 1 ? rows - 1 : 0};
        for (int i = 0; i < 2; ++i) {
            char name[MOST_NAME];
            snprintf(name, sizeof(name), "%s [%lld, %lld, %lld, %lld] %lld of %lld rows%s", op->name,
                     (long long)shape[0], (long long)shape[1], (long long)shape[2], (long long)shape[3],
                     (long long)lives[i], (long long)rows, pad ? ", padded" : "");
            random_state random = check_random(name);
            listing list = listing_create();
            op->build(&list, shape, rows, pad, &random);
            recurrent_fill_runs(&list, lives[i], &random);
            check_isas(op, &list, lives[i], name);
            listing_free(&list);
        }
    }
}

/* Each is two sequences of 2 and 3 rows, with one number spoiled. */
static void check_faults(const recurrent_op *op) {
    static const struct {
        const char *name;
        int32_t entries[2][4];
        lk_status status;
    } tables[] = {
        {"sound", {{0, 2, -1, 1}, {2, 3, 2, 0}}, LK_STATUS_OK},
        {"two from one state", {{0, 2, 2, 1}, {2, 3, 2, 0}}, LK_STATUS_OK},
        {"does not begin at row 0", {{1, 2, -1, 1}, {3, 2, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"has a gap", {{0, 2, -1, 1}, {3, 2, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"overlaps", {{0, 2, -1, 1}, {1, 4, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"negative first row", {{-1, 6, -1, 1}, {2, 3, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"no rows", {{0, 0, -1, 1}, {0, 5, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"negative rows", {{0, -2, -1, 1}, {-2, 7, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"too many rows", {{0, 2, -1, 1}, {2, 4, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"rows that overflow", {{0, 2, -1, 1}, {2, INT32_MAX, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"too few rows", {{0, 2, -1, 1}, {2, 2, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"reads slot -2", {{0, 2, -2, 1}, {2, 3, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"reads past the slots", {{0, 2, -1, 1}, {2, 3, RECURRENT_SLOTS, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"writes slot -1", {{0, 2, -1, -1}, {2, 3, 2, 0}}, LK_STATUS_INVALID_ARGUMENT},
        {"writes past the slots", {{0, 2, -1, 1}, {2, 3, 2, RECURRENT_SLOTS}}, LK_STATUS_INVALID_ARGUMENT},
        {"writes what it reads", {{0, 2, -1, 1}, {2, 3, 2, 2}}, LK_STATUS_INVALID_ARGUMENT},
        {"writes what another writes", {{0, 2, -1, 1}, {2, 3, 2, 1}}, LK_STATUS_INVALID_ARGUMENT},
        {"reads what another writes", {{0, 2, -1, 1}, {2, 3, 1, 2}}, LK_STATUS_INVALID_ARGUMENT},
        {"writes what another reads", {{0, 2, 2, 1}, {2, 3, -1, 2}}, LK_STATUS_INVALID_ARGUMENT},
    };
    random_state random = check_random(op->name);
    listing list = listing_create();
    op->build(&list, op->shapes[1], 5, 0, &random);
    list.tensors[list.ops[0].src[recurrent_state(&list.ops[0]) + 1]].dims[1] = 2;
    for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); ++i) {
        for (int64_t s = 0; s < 2; ++s)
            memcpy(recurrent_entry(&list, s), tables[i].entries[s], sizeof(tables[i].entries[s]));
        listing_result result = run(&list, check.isas, 2, 5);
        check_that(result.status == tables[i].status, "%s, runs: %s: status %d", op->name, tables[i].name,
                   result.status);
        check_that(result.status == LK_STATUS_OK || writes_only(&list, result.image, 0),
                   "%s, runs: %s: wrote in spite of the fault", op->name, tables[i].name);
        free(result.image);
    }
    listing_free(&list);
}

void check_recurrent(void) {
    for (int i = 0; i < recurrent_op_count; ++i) {
        const recurrent_op *op = &recurrent_ops[i];
        for (const int64_t *shape = op->shapes[0]; *shape != 0; shape += RECURRENT_SHAPE)
            check_shape(op, shape);
        check_faults(op);
    }
}
