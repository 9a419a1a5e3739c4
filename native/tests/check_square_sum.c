/* SQUARE_SUM against its definition: of planes together and apart, and of the rows that experts share. */
#include "tests/check.h"
#include "tests/listing.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 9, EXPERTS = 5 };

typedef struct square_case {
    int64_t columns, planes;
    int32_t choices; /* 0: no experts */
    bool apart;      /* without experts: each plane's own sums */
} square_case;

/* Tensors by number. */
enum { X, DST, IDS, GROUPS };

static int64_t dst_rows(const square_case *c) {
    return c->choices ? EXPERTS : c->apart ? c->planes : 1;
}

static listing build(const square_case *c, random_state *random) {
    listing list = listing_create();
    const int32_t x = listing_planes(&list, LK_TYPE_F32, c->columns, ROWS, c->planes, 12);
    for (int64_t plane = 0; plane < c->planes; ++plane)
        for (int64_t row = 0; row < ROWS; ++row) {
            float *values = listing_floats(&list, x, row) + plane * list.tensors[x].strides[2] / 4;
            for (int64_t i = 0; i < c->columns; ++i) values[i] = random_float(random);
        }
    listing_tensor(&list, LK_TYPE_F32, c->columns + 1, dst_rows(c), 1, 1, 8);
    if (c->choices) {
        listing_tensor(&list, LK_TYPE_I32, c->choices, ROWS, 1, 1, 0);
        for (int64_t row = 0; row < ROWS; ++row)
            for (int32_t j = 0; j < c->choices; ++j)
                ((int32_t *)(void *)listing_floats(&list, IDS, row))[j] = random_below(random, EXPERTS - 1);
        listing_tensor(&list, LK_TYPE_I32, 1 + 3 * EXPERTS + c->choices * ROWS, 1, 1, 1, 0);
        lk_op *sort = listing_op(&list, LK_OPCODE_EXPERT_SORT, "sort", GROUPS);
        sort->src[0] = IDS;
        sort->params[0] = EXPERTS;
    }
    lk_op *op = listing_op(&list, LK_OPCODE_SQUARE_SUM, "squares", DST);
    op->src[0] = X;
    if (c->choices) op->src[1] = GROUPS;
    return list;
}

/* Whether row d of dst sums a row of a plane; how often, as an expert may be chosen twice. */
static int times(const listing *list, const square_case *c, int64_t d, int64_t row, int64_t plane) {
    if (!c->choices) return !c->apart || d == plane;
    const int32_t *ids = (const int32_t *)(const void *)(list->image + list->tensors[IDS].offset +
                                                         row * list->tensors[IDS].strides[1]);
    int count = 0;
    for (int32_t j = 0; j < c->choices; ++j) count += ids[j] == d && (c->planes == 1 || j == plane);
    return count;
}

static double expected(listing *list, const square_case *c, int64_t d, int64_t column, int32_t live) {
    double sum = 0;
    for (int64_t row = 0; row < live; ++row)
        for (int64_t plane = 0; plane < c->planes; ++plane) {
            const float *values = listing_floats(list, X, row) + plane * list->tensors[X].strides[2] / 4;
            const double value = column < c->columns ? (double)values[column] * values[column] : 1;
            sum += times(list, c, d, row, plane) * value;
        }
    return sum;
}

static void check_sums(listing *list, const square_case *c, const uint8_t *image, int32_t live,
                       const char *name) {
    const lk_tensor *dst = &list->tensors[DST];
    for (int64_t d = 0; d < dst_rows(c); ++d)
        for (int64_t column = 0; column <= c->columns; ++column) {
            const uint8_t *row = image + dst->offset + d * dst->strides[1];
            const float got = ((const float *)(const void *)row)[column];
            const double wanted = expected(list, c, d, column, live);
            check_that(fabs(got - wanted) <= 1e-7 * wanted, "%s: [%lld, %lld] is %g, not %g", name,
                       (long long)column, (long long)d, got, wanted);
        }
}

static void check_case(const square_case *c) {
    char name[96];
    snprintf(name, sizeof(name), "squares of %lld columns, %lld planes, %d choices%s", (long long)c->columns,
             (long long)c->planes, c->choices, c->apart ? ", apart" : "");
    random_state random = check_random(name);
    listing list = build(c, &random);
    for (int32_t live = 0; live <= ROWS; live += 3) {
        const int32_t args[LK_ARGUMENT_COUNT] = {live, 0, 0};
        listing_result one = listing_run(&list, check.isas, 1, args);
        if (!check_that(one.status == LK_STATUS_OK, "%s: %s", name, lk_last_error())) continue;
        if (live > 0) check_sums(&list, c, one.image, live, name);
        listing_result other = listing_run(&list, check.isas, 3, args);
        check_that(other.status == LK_STATUS_OK && memcmp(one.image, other.image, (size_t)list.bytes) == 0,
                   "%s: 3 threads give something else", name);
        free(one.image);
        free(other.image);
    }
    listing_free(&list);
}

/* Lists that EXPERT_SORT never leaves: numbers in use, groups and pairs outside their ranges. */
static void check_faults(void) {
    static const struct {
        int word;
        int32_t value;
    } wrong[] = {{0, -1},
                 {0, EXPERTS + 1},
                 {0, INT32_MAX},
                 {1, -1},
                 {1, EXPERTS},
                 {2, -1},
                 {3, 0},
                 {3, 2 * ROWS + 1},
                 {3, INT32_MAX},
                 {1 + 3 * EXPERTS, -1},
                 {1 + 3 * EXPERTS, 2 * ROWS},
                 {1 + 3 * EXPERTS, INT32_MIN}};
    const square_case c = {20, 2, 2, false};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        random_state random = check_random("faults of squares");
        listing list = build(&c, &random);
        list.ops[0] = list.ops[1];
        list.op_count = 1;
        int32_t *words = listing_data(&list, GROUPS);
        memset(words, 0, sizeof(int32_t) * (1 + 3 * EXPERTS + 2 * ROWS));
        words[0] = 1;
        words[3] = 2;
        words[wrong[i].word] = wrong[i].value;
        const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
        listing_result result = listing_run(&list, check.isas, 1, args);
        check_that(result.status == LK_STATUS_INVALID_ARGUMENT, "word %d is %d: status %d", wrong[i].word,
                   wrong[i].value, result.status);
        free(result.image);
        listing_free(&list);
    }
}

static void check_records(void) {
    static const struct {
        int32_t tensor, dim;
        int64_t size;
        int32_t choices;
        const char *part;
    } wrong[] = {{X, 0, 19, 0, "squares: SQUARE_SUM: dst has 21 columns, x has 19, and one more is needed"},
                 {X, 2, 1, 0, "dst has 2 rows, x has 1 planes"},
                 {GROUPS, 0, 1 + 3 * EXPERTS + 2 * ROWS - 1, 2, "groups has 33 elements, not 25"},
                 {GROUPS, 0, 3 * EXPERTS, 2, "groups has 15 elements, not 25"},
                 {GROUPS, 0, 1 + 3 * EXPERTS + ROWS, 2, "x has 2 planes, groups are of 1 choices"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        random_state random = check_random("records of squares");
        const square_case c = {20, 2, wrong[i].choices, true};
        listing list = build(&c, &random);
        list.ops[0] = list.ops[list.op_count - 1];
        list.op_count = 1;
        list.tensors[wrong[i].tensor].dims[wrong[i].dim] = wrong[i].size;
        check_that(listing_is_refused(&list, check.isas, wrong[i].part), "\"%s\" does not say \"%s\"",
                   lk_last_error(), wrong[i].part);
        listing_free(&list);
    }
}

void check_square_sum(void) {
    static const square_case cases[] = {{1, 1, 0, false},   {127, 1, 0, false}, {128, 1, 0, false},
                                        {129, 1, 0, false}, {300, 3, 0, false}, {70, 3, 0, true},
                                        {130, 1, 2, false}, {40, 2, 2, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) check_case(&cases[i]);
    check_faults();
    check_records();
}
