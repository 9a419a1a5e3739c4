/* ATTENTION against its text (attention_naive.h): every ISA, REFERENCE included, every variation; the same
 * bits in any batch and on any number of threads; what it refuses. */
#include "core/cpu_features.h"
#include "core/program.h"
#include "ops/attention/relative.h"
#include "tests/attention_cases.h"
#include "tests/attention_naive.h"
#include "tests/check.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 420, ROWS = 5 };

/* What a case may have; each must have come up. */
enum {
    SINKS,
    BOTH_DIRECTIONS,
    ONE_DIRECTION,
    V_IN_K,
    WIDE_ROWS,
    LARGE_GROUP,
    CAUSAL,
    CAUSAL_SLIDING,
    CAUSAL_CHUNKED,
    FREE,
    FREE_SLIDING,
    FREE_CHUNKED,
    SYMMETRIC,
    CAUSAL_ALIBI,
    FREE_ALIBI,
    KEYS_OF_TYPE, /* + lk_type */
    VARIATIONS = KEYS_OF_TYPE + 64
};

static const int32_t cache_types[] = {LK_TYPE_F32,  LK_TYPE_F16,  LK_TYPE_BF16, LK_TYPE_Q8_0,  LK_TYPE_Q5_1,
                                      LK_TYPE_Q5_0, LK_TYPE_Q4_1, LK_TYPE_Q4_0, LK_TYPE_IQ4_NL};

static void check_values(const attention *in, const char *name, const uint8_t *image, lk_isa isa) {
    const attention_error error = attention_compare(in, image, ROWS);
    check_that(error.apart <= attention_tolerance(in, isa) * error.norm, "%s: squared error %.3g of %.3g",
               name, error.apart, error.norm);
}

static void note_variations(const attention *in, int32_t *seen) {
    static const int32_t causal_windows[] = {CAUSAL_SLIDING, CAUSAL_CHUNKED, SYMMETRIC};
    static const int32_t free_windows[] = {FREE_SLIDING, FREE_CHUNKED, SYMMETRIC};
    const int32_t *params = in->op->params;
    const bool causal = params[2] != 0, alibi = params[6] != 0;
    seen[SINKS] += in->op->src[6] >= 0;
    if (in->op->src[7] >= 0) ++seen[params[9] ? BOTH_DIRECTIONS : ONE_DIRECTION];
    seen[V_IN_K] += attention_tensor(in, 1)->offset == attention_tensor(in, 2)->offset;
    seen[WIDE_ROWS] += attention_tensor(in, 0)->strides[1] > 4 * attention_tensor(in, 0)->dims[0];
    seen[LARGE_GROUP] += params[0] / params[1] >= 8;
    ++seen[KEYS_OF_TYPE + attention_tensor(in, 1)->type];
    if (alibi) ++seen[causal ? CAUSAL_ALIBI : FREE_ALIBI];
    if (params[3] == 0)
        ++seen[causal ? CAUSAL : FREE];
    else
        ++seen[(causal ? causal_windows : free_windows)[params[7]]];
}

/* Tiles of rows and slices of heads differ with the number of rows. */
static void check_rows_alone(const attention *in, const char *name, const uint8_t *image) {
    const lk_tensor *dst = attention_tensor(in, -1);
    for (int32_t row = 0; row < ROWS; ++row) {
        const int32_t args[LK_ARGUMENT_COUNT] = {row + 1, 0, 0};
        listing_result fewer = listing_run(&in->list, check.isas, row % 2 ? 2 : 5, args);
        const int64_t offset = dst->offset + row * dst->strides[1];
        check_that(fewer.status == LK_STATUS_OK && memcmp(fewer.image + offset, image + offset,
                                                          sizeof(float) * (size_t)dst->dims[0]) == 0,
                   "%s: row %d depends on its company", name, row);
        free(fewer.image);
    }
}

static void check_case(int32_t index, int32_t *seen) {
    static const int64_t widths[] = {4, 64, 8, 32, 19, 64};
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    char name[64], text[96];
    snprintf(name, sizeof(name), "attention %d", index);
    random_state random = check_random(name);
    attention in = {.list = listing_create()};
    attention_case_build(&in.list, &random, widths[index % 6], ROWS, 0);
    in.op = &in.list.ops[0];
    note_variations(&in, seen);
    for (int isa = LK_ISA_REFERENCE; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) && isa != LK_ISA_REFERENCE) continue;
        snprintf(text, sizeof(text), "%s %s", name, lk_isa_name((lk_isa)isa));
        listing_result got = listing_run(&in.list, 1u << isa | (isa ? 1u << LK_ISA_PLAIN : 0), 1, args);
        if (check_that(got.status == LK_STATUS_OK, "%s: %s", text, lk_last_error()))
            check_values(&in, text, got.image, (lk_isa)isa);
        free(got.image);
    }
    listing_result got = listing_run(&in.list, check.isas, 1, args);
    if (got.status == LK_STATUS_OK) check_rows_alone(&in, name, got.image);
    free(got.image);
    listing_free(&in.list);
}

/* Known bounds, and that the starts of buckets agree with the logarithms, at any width. */
static void check_buckets(void) {
    enum { MOST = 300, MOST_SIDE = 64 };
    static const int32_t shapes[][2] = {{16, 128}, {32, 128}, {8, 64},    {5, 20},
                                        {2, 2},    {64, 64},  {63, 5000}, {2, 1 << 20}};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); ++i) {
        for (int both = 0; both < 2; ++both) {
            const int64_t side = shapes[i][0], max_distance = shapes[i][1];
            const lk_attention_relative relative = {both ? 2 * side : side, side, side / 2, max_distance,
                                                    both};
            int32_t starts[MOST_SIDE], buckets[2 * MOST + 1];
            int wrong = 0;
            lk_attention_bucket_starts(&relative, starts);
            lk_attention_buckets(&relative, starts, -MOST, 2 * MOST + 1, buckets);
            for (int64_t d = -MOST; d <= MOST; ++d) {
                const int64_t bucket = lk_attention_bucket(&relative, d);
                wrong += buckets[d + MOST] != bucket;
                if (i < 4) wrong += bucket != attention_bucket(side, max_distance, both, d);
            }
            check_that(wrong == 0, "%d buckets to %d: %d distances are in another", shapes[i][0],
                       shapes[i][1], wrong);
        }
    }
}

/* A case with everything, which each wrong record spoils. */
static listing full_listing(void) {
    listing list = listing_create();
    random_state random = check_random("full attention");
    do {
        listing_free(&list);
        attention_case_build(&list, &random, 8, ROWS, 0);
    } while (list.ops[0].src[6] < 0 || list.ops[0].src[7] < 0 || list.ops[0].params[9] == 0 ||
             list.ops[0].params[3] == 0 || list.ops[0].params[2] == 0);
    return list;
}

enum { PARAM, SOURCE, DIMENSION };

static void check_refusals(void) {
    static const struct {
        int32_t what, index, value; /* PARAM: params[index]; SOURCE: src[index]; DIMENSION: dims[index % 4] of
                                       src[index / 4] */
        const char *text;
    } spoils[] = {
        {PARAM, 2, 2, "causal is 2, not 0 or 1"},
        {PARAM, 3, -1, "window is -1"},
        {PARAM, 3, INT32_MIN, "window is -2147483648"},
        {PARAM, 7, 3, "window kind is 3"},
        {PARAM, 7, -1, "window kind is -1"},
        {PARAM, 7, LK_WINDOW_KIND_SYMMETRIC, "a symmetric window is causal"},
        {PARAM, 8, 3, "max distance is 3, below the"},
        {PARAM, 8, 0, "max distance is 0, below the"},
        {PARAM, 8, -128, "max distance is -128, below the"},
        {PARAM, 9, 2, "both directions is 2, not 0 or 1"},
        {PARAM, 9, -1, "both directions is -1, not 0 or 1"},
        {SOURCE, 7, -1, "without relative"},
        {SOURCE, 6, 3, "sinks is i32, not F32"},
        {SOURCE, 1, 3, "K is i32, not F32, F16, BF16, Q8_0, Q5_1, Q5_0, Q4_1, Q4_0 or IQ4_NL"},
        {SOURCE, 7, 3, "relative is i32, not F32 or F16"},
        {DIMENSION, 6 * 4, 1, "sinks has 1 elements, not"},
        {DIMENSION, 7 * 4, 1, "relative has 1 columns, not"},
        {DIMENSION, 7 * 4 + 1, 15, "15 buckets do not divide among both directions"},
        {DIMENSION, 7 * 4 + 1, 2, "relative has 2 buckets, not 4 to 4096"},
    };
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    for (size_t i = 0; i < sizeof(spoils) / sizeof(*spoils); ++i) {
        listing list = full_listing();
        lk_op *op = &list.ops[0];
        const int32_t index = spoils[i].index;
        if (spoils[i].what == PARAM) op->params[index] = spoils[i].value;
        if (spoils[i].what == SOURCE) op->src[index] = spoils[i].value < 0 ? -1 : op->src[spoils[i].value];
        if (spoils[i].what == DIMENSION) list.tensors[op->src[index / 4]].dims[index % 4] = spoils[i].value;
        listing_result got = listing_run(&list, check.isas, 1, args);
        check_that(got.status == LK_STATUS_INVALID_ARGUMENT &&
                       strstr(lk_last_error(), spoils[i].text) != NULL,
                   "\"%s\" does not say \"%s\"", lk_last_error(), spoils[i].text);
        free(got.image);
        listing_free(&list);
    }
}

/* Of a window's kind and of relative's parameters without what they are for. */
static void check_idle_params(void) {
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    listing list = full_listing();
    lk_op *op = &list.ops[0];
    op->params[3] = 0;
    op->params[7] = LK_WINDOW_KIND_CHUNKED;
    listing_result got = listing_run(&list, check.isas, 1, args);
    check_that(got.status == LK_STATUS_INVALID_ARGUMENT &&
                   strstr(lk_last_error(), "window kind is 1 without a window") != NULL,
               "\"%s\"", lk_last_error());
    free(got.image);
    op->params[7] = 0;
    op->params[8] = INT32_MAX;
    got = listing_run(&list, check.isas, 1, args);
    check_that(got.status == LK_STATUS_OK, "max distance 2^31 - 1: %s", lk_last_error());
    free(got.image);
    listing_free(&list);
}

static void check_faults(void) {
    static const struct {
        int32_t source, word, value;
    } spoils[] = {
        {3, 1, -1}, {3, 1, 3}, {3, 1, INT32_MAX}, {4, 0, -1},        {4, 0, 12}, {4, 0, INT32_MIN},
        {4, 2, -1}, {4, 3, 9}, {4, 3, -1},        {4, 3, INT32_MAX}, {5, 0, -1}, {5, 0, INT32_MAX},
    };
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    for (size_t i = 0; i < sizeof(spoils) / sizeof(*spoils); ++i) {
        listing list = full_listing();
        int32_t *rows = listing_data(&list, list.ops[0].src[3]);
        for (int32_t r = 0; r < ROWS; ++r) rows[2 * r + 1] = 0;
        ((int32_t *)listing_data(&list, list.ops[0].src[spoils[i].source]))[spoils[i].word] = spoils[i].value;
        listing_result got = listing_run(&list, check.isas, 2, args);
        check_that(got.status == LK_STATUS_INVALID_ARGUMENT &&
                       strstr(lk_last_error(), "ATTENTION: an input value") != NULL,
                   "src[%d], word %d = %d: \"%s\"", spoils[i].source, spoils[i].word, spoils[i].value,
                   lk_last_error());
        free(got.image);
        listing_free(&list);
    }
}

/* Positions anywhere in 32 bits move no arithmetic past its range. */
static void check_far_positions(void) {
    static const int32_t positions[] = {INT32_MIN, INT32_MIN + 1, -1, 0, INT32_MAX};
    static const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    for (int32_t kind = LK_WINDOW_KIND_SLIDING; kind <= LK_WINDOW_KIND_SYMMETRIC; ++kind) {
        listing list = full_listing();
        lk_op *op = &list.ops[0];
        op->params[2] = 0;
        op->params[7] = kind;
        op->params[3] = kind == LK_WINDOW_KIND_SLIDING ? 0 : INT32_MAX;
        for (int32_t r = 0; r < ROWS; ++r) ((int32_t *)listing_data(&list, op->src[3]))[2 * r] = positions[r];
        ((int32_t *)listing_data(&list, op->src[4]))[1] = INT32_MAX;
        listing_result got = listing_run(&list, check.isas, 1, args);
        check_that(got.status == LK_STATUS_OK, "far positions: %s", lk_last_error());
        free(got.image);
        listing_free(&list);
    }
}

/* Multi-head latent attention's cache: keys of a latent part, which is the values too, and a rotated part,
 * stored by two ops of one phase into views of the same heads. */
enum { LATENT = 24, ROTATED = 8, LATENT_HEADS = 9, LATENT_BLOCK = 4 };

static int32_t part_of(listing *list, int32_t cache, int64_t from, int64_t n) {
    const int32_t view = list->tensor_count++;
    list->tensors[view] = list->tensors[cache];
    list->tensors[view].dims[0] = n;
    list->tensors[view].offset += from * list->tensors[cache].strides[0];
    return view;
}

static lk_op *store(listing *list, int32_t cache, int32_t x, int32_t slots) {
    lk_op *op = listing_op(list, LK_OPCODE_KV_STORE, "store", cache);
    op->src[0] = x;
    op->src[1] = slots;
    op->phase = 0;
    return op;
}

static void attend_latent(listing *list, int32_t cache, int32_t q, int32_t dst) {
    static const int32_t slots[ROWS] = {5, 4, 6, 7, 12}, count = 2;
    static const int32_t table[2][4] = {{1, 0, 0, 4}, {3, 4, 0, 1}};
    const int32_t rows = listing_tensor(list, LK_TYPE_I32, 2, ROWS, 1, 1, 0);
    for (int32_t r = 0; r < ROWS; ++r) {
        ((int32_t *)listing_data(list, rows))[2 * r] = r < 4 ? slots[r] - 4 : 4;
        ((int32_t *)listing_data(list, rows))[2 * r + 1] = 0;
    }
    const int32_t entries = listing_tensor(list, LK_TYPE_I32, 4, 2, 1, 1, 0);
    memcpy(listing_data(list, entries), table, sizeof(table));
    const int32_t counts = listing_indices(list, 1, &count);
    lk_op *op = listing_op(list, LK_OPCODE_ATTENTION, "latent", dst);
    const int32_t sources[] = {q, cache, part_of(list, cache, 0, LATENT), rows, entries, counts};
    memcpy(op->src, sources, sizeof(sources));
    const float scale = 0.25f;
    op->params[0] = LATENT_HEADS;
    op->params[1] = 1;
    op->params[2] = 1;
    memcpy(&op->params[4], &scale, sizeof(scale));
}

static void check_latent(int32_t type) {
    static const int32_t slots[ROWS] = {5, 4, 6, 7, 12}, args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    random_state random = check_random("latent");
    attention in = {.list = listing_create()};
    listing *list = &in.list;
    const int32_t x = listing_random(list, LK_TYPE_F32, LATENT + ROTATED, ROWS, 0, &random);
    const int32_t q = listing_random(list, LK_TYPE_F32, LATENT_HEADS * (LATENT + ROTATED), ROWS, 0, &random);
    const int32_t cache = listing_tensor(list, type, LATENT + ROTATED, LATENT_BLOCK, 1, 4, 0);
    const int32_t dst = listing_tensor(list, LK_TYPE_F32, LATENT_HEADS * LATENT, ROWS, 1, 1, 0);
    const int32_t where = listing_indices(list, ROWS, slots);
    store(list, part_of(list, cache, 0, LATENT), part_of(list, x, 0, LATENT), where);
    store(list, part_of(list, cache, LATENT, ROTATED), part_of(list, x, LATENT, ROTATED), where);
    attend_latent(list, cache, q, dst);
    listing_result got = listing_run(list, check.isas, 2, args);
    if (check_that(got.status == LK_STATUS_OK, "latent: %s", lk_last_error())) {
        memcpy(list->image, got.image, (size_t)list->bytes); /* what was stored is what the keys are */
        in.op = &list->ops[2];
        check_values(&in, "latent", got.image, lk_isa_highest(check.isas));
        const double kept = attention_number(&in, 1, LATENT, 1, 0, 1),
                     given = listing_floats(list, x, 0)[LATENT];
        check_that(fabs(kept - given) < 1e-3, "latent: %g is stored as %g", given, kept);
    }
    free(got.image);
    listing_free(list);
}

void check_attention(void) {
    int32_t seen[VARIATIONS] = {0};
    for (int32_t i = 0; i < CASES; ++i) check_case(i, seen);
    for (int32_t v = 0; v < KEYS_OF_TYPE; ++v) check_that(seen[v] >= 8, "variation %d: %d cases", v, seen[v]);
    for (size_t t = 0; t < sizeof(cache_types) / sizeof(*cache_types); ++t)
        check_that(seen[KEYS_OF_TYPE + cache_types[t]] >= 8, "keys of %s: %d cases",
                   lk_type_label(cache_types[t]), seen[KEYS_OF_TYPE + cache_types[t]]);
    check_buckets();
    check_refusals();
    check_idle_params();
    check_faults();
    check_far_positions();
    check_latent(LK_TYPE_F16);
    check_latent(LK_TYPE_F32);
}
