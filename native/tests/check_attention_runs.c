/* ATTENTION over many runs of keys: however they are split among threads, and whatever stood in the table
 * before, a row has the same bits. */
#include "core/cpu_features.h"
#include "tests/attention_naive.h"
#include "tests/check.h"
#include "types/float16.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64, BLOCKS = 48, ENTRIES = 40, SEQUENCES = 2, ROWS = 11, HEADS = 6, KV_HEADS = 2, WIDTH = 96 };

/* Sequence 1 is sequence 0 without its first entries. step: positions from one entry to the next. */
static void fill_table(listing *list, int32_t tensor, int32_t step, int32_t dropped) {
    int32_t(*table)[ENTRIES][4] = listing_data(list, tensor);
    for (int32_t e = 0; e < ENTRIES; ++e) {
        const int32_t entry[4] = {(29 * e + 7) % BLOCKS, e * step, 0, e == ENTRIES - 1 ? 17 : BLOCK};
        memcpy(table[0][e], entry, sizeof(entry));
        if (e >= dropped) memcpy(table[1][e - dropped], entry, sizeof(entry));
    }
}

static int32_t random_cache(listing *list, int32_t type, random_state *random) {
    const int32_t cache = listing_tensor(list, type, WIDTH, BLOCK, KV_HEADS, BLOCKS, 0);
    float row[WIDTH];
    for (int64_t i = 0; i < BLOCK * KV_HEADS * BLOCKS; ++i) {
        for (int d = 0; d < WIDTH; ++d) row[d] = random_float(random);
        lk_quantize(type, row, NULL,
                    (uint8_t *)listing_data(list, cache) + i * list->tensors[cache].strides[1], 1, WIDTH);
    }
    return cache;
}

/* Rows of both sequences by turns, from the last position backwards. */
static attention build(int32_t type, int32_t step, int32_t dropped, int32_t window) {
    const int32_t counts[] = {ENTRIES, ENTRIES - dropped};
    random_state random = check_random("attention runs");
    attention in = {.list = listing_create()};
    listing *list = &in.list;
    const int32_t q = listing_random(list, LK_TYPE_F32, HEADS * WIDTH, ROWS, 0, &random);
    const int32_t k = random_cache(list, type, &random), v = random_cache(list, type, &random);
    const int32_t rows = listing_tensor(list, LK_TYPE_I32, 2, ROWS, 1, 1, 0);
    for (int32_t r = 0; r < ROWS; ++r) {
        ((int32_t *)listing_data(list, rows))[2 * r] = (ENTRIES - 1) * step + 16 - 41 * (r / 2);
        ((int32_t *)listing_data(list, rows))[2 * r + 1] = r % 2;
    }
    const int32_t table = listing_tensor(list, LK_TYPE_I32, 4, ENTRIES, SEQUENCES, 1, 0);
    memset(listing_data(list, table), 0, sizeof(int32_t[SEQUENCES][ENTRIES][4]));
    fill_table(list, table, step, dropped);
    const int32_t used = listing_indices(list, SEQUENCES, counts);
    const int32_t dst = listing_tensor(list, LK_TYPE_F32, HEADS * WIDTH, ROWS, 1, 1, 0);
    lk_op *op = listing_op(list, LK_OPCODE_ATTENTION, "runs", dst);
    const int32_t sources[] = {q, k, v, rows, table, used};
    memcpy(op->src, sources, sizeof(sources));
    op->params[0] = HEADS;
    op->params[1] = KV_HEADS;
    op->params[2] = 1;
    op->params[3] = window;
    listing_param(op, 4, 1 / sqrtf(WIDTH));
    return in;
}

static const void *row_of(const attention *in, const uint8_t *image, int32_t row) {
    const lk_tensor *dst = attention_tensor(in, -1);
    return image + dst->offset + row * dst->strides[1];
}

/* The first rows of the batch, on some threads. */
static void check_rows(const attention *in, const char *name, const uint8_t *image, int32_t rows,
                       int32_t threads) {
    const int32_t args[LK_ARGUMENT_COUNT] = {rows, 0, 0};
    listing_result got = listing_run(&in->list, check.isas, threads, args);
    bool same = got.status == LK_STATUS_OK;
    for (int32_t r = 0; r < rows && same; ++r)
        same = memcmp(row_of(in, got.image, r), row_of(in, image, r), sizeof(float[HEADS * WIDTH])) == 0;
    check_that(same, "%s: %d rows on %d threads differ", name, rows, threads);
    free(got.image);
}

static void check_error(const attention *in, const char *name, const uint8_t *image, double tolerance) {
    const attention_error error = attention_compare(in, image, ROWS);
    check_that(error.apart <= tolerance * error.norm, "%s: squared error %.3g of %.3g", name, error.apart,
               error.norm);
}

/* Weights times scales that are powers of two have nothing to round, on any ISA. */
static void check_even_weights(int32_t type) {
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    random_state random = check_random("even weights");
    attention in = build(type, BLOCK, 2, 0);
    in.op = &in.list.ops[0];
    for (int32_t r = 0; r < ROWS; ++r)
        memset(listing_floats(&in.list, in.op->src[0], r), 0, sizeof(float[HEADS * WIDTH]));
    uint8_t *values = listing_data(&in.list, in.op->src[2]);
    for (int64_t i = 0; i < BLOCK * KV_HEADS * BLOCKS * WIDTH / 32; ++i) {
        const uint16_t scale = lk_f16_from_float(ldexpf(1, -random_below(&random, 8)));
        memcpy(values + i * lk_row_bytes(type, 32), &scale, sizeof(scale));
    }
    listing_result all = listing_run(&in.list, check.isas, 1, args);
    if (check_that(all.status == LK_STATUS_OK, "even weights: %s", lk_last_error()))
        check_error(&in, lk_type_find(type)->name, all.image, 1e-12);
    free(all.image);
    listing_free(&in.list);
}

static void check_table(int32_t type, int32_t step, int32_t dropped, int32_t window) {
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    char name[64];
    snprintf(name, sizeof(name), "runs of %s, step %d, %d dropped", lk_type_find(type)->name, step, dropped);
    attention in = build(type, step, dropped, window);
    in.op = &in.list.ops[0];
    listing_result all = listing_run(&in.list, check.isas, 1, args);
    if (check_that(all.status == LK_STATUS_OK, "%s: %s", name, lk_last_error())) {
        check_error(&in, name, all.image, attention_tolerance(&in, lk_isa_highest(check.isas)));
        for (int32_t rows = 1; rows <= ROWS; rows += 2)
            for (int32_t threads = 1; threads <= 5; threads += 2)
                check_rows(&in, name, all.image, rows, threads);
    }
    free(all.image);
    listing_free(&in.list);
}

/* What a window has dropped from the table leaves the rows' bits as they are. */
static void check_dropped(int32_t dropped) {
    enum { WINDOW = 600 };
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    attention in = build(LK_TYPE_F16, BLOCK, dropped, WINDOW);
    in.op = &in.list.ops[0];
    listing_result dropping = listing_run(&in.list, check.isas, 2, args);
    int32_t *rows = listing_data(&in.list, in.op->src[3]);
    for (int32_t r = 0; r < ROWS; ++r) rows[2 * r + 1] = 0;
    listing_result whole = listing_run(&in.list, check.isas, 2, args);
    for (int32_t r = 0; r < ROWS; ++r)
        check_that(memcmp(row_of(&in, dropping.image, r), row_of(&in, whole.image, r),
                          sizeof(float[HEADS * WIDTH])) == 0,
                   "row %d changes with %d entries that it does not see", r, dropped);
    free(dropping.image);
    free(whole.image);
    listing_free(&in.list);
}

/* A row has the same bits alone, where it sees a part of a vector of keys, and beside a later row that sees
 * all of it. Six queries are more than are multiplied with keys as they lie. */
static void check_later_row(int32_t type, int32_t position) {
    static const int32_t args[LK_ARGUMENT_COUNT] = {2, 0, 0};
    const int32_t rows[2][2] = {{position, 0}, {position + 6, 0}};
    attention in = build(type, BLOCK, 0, 0);
    in.op = &in.list.ops[0];
    memcpy(listing_data(&in.list, in.op->src[3]), rows, sizeof(rows));
    listing_result both = listing_run(&in.list, check.isas, 1, args);
    if (check_that(both.status == LK_STATUS_OK, "later row: %s", lk_last_error()))
        check_rows(&in, lk_type_find(type)->name, both.image, 1, 1);
    free(both.image);
    listing_free(&in.list);
}

void check_attention_runs(void) {
    static const int32_t types[] = {LK_TYPE_F32,  LK_TYPE_F16,  LK_TYPE_BF16, LK_TYPE_Q8_0,  LK_TYPE_Q5_1,
                                    LK_TYPE_Q5_0, LK_TYPE_Q4_1, LK_TYPE_Q4_0, LK_TYPE_IQ4_NL};
    for (size_t i = 0; i < sizeof(types) / sizeof(*types); ++i) {
        check_table(types[i], BLOCK, 2, 0);
        check_later_row(types[i], (ENTRIES - 1) * BLOCK + 9);
    }
    for (int32_t position = 0; position < BLOCK; position += 7) /* every number of vectors */
        check_later_row(LK_TYPE_F16, (ENTRIES - 2) * BLOCK + position);
    check_even_weights(LK_TYPE_Q8_0);
    check_even_weights(LK_TYPE_Q4_0);
    check_table(LK_TYPE_F16, BLOCK, 0, 0);
    check_table(LK_TYPE_Q8_0, BLOCK, 3, 0);
    check_table(LK_TYPE_Q4_0, BLOCK, 1, 700);
    check_table(LK_TYPE_F32, 3 * BLOCK, 0, 0); /* more runs than the table's entries would fill */
    for (int32_t dropped = 1; dropped < 20; dropped += 3) check_dropped(dropped);
}
