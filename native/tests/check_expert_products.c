/* MAT_MUL_ID after EXPERT_SORT: against double sums, in parts and by other numbers of threads, and over lists
 * that no EXPERT_SORT makes. */
#include "tests/check.h"
#include "tests/listing.h"
#include "tests/weights.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct product_case {
    int32_t type, activation; /* of weights and x */
    int32_t blocks, m, experts, chosen, rows;
    bool planes, biased;
    bool side_by_side; /* planes lie inside a row; else one after the other */
} product_case;

/* The tensors of a case, numbered in their order. */
enum { WEIGHTS, X, IDS, GROUPS, BIAS, DST };

static int32_t add_planes(listing *list, const product_case *c, int32_t tensor, int64_t planes) {
    lk_tensor *t = &list->tensors[tensor];
    t->dims[1] = c->rows;
    t->dims[2] = planes;
    const int64_t row = t->strides[1];
    t->strides[1] = c->side_by_side ? planes * row : row;
    t->strides[2] = c->side_by_side ? row : c->rows * row;
    return tensor;
}

/* A row lies between the experts' matrices, which no product touches. */
static void add_weights(listing *list, const product_case *c, int64_t n, random_state *random) {
    const int64_t step = c->m + 1;
    lk_tensor *t = &list->tensors[listing_random(list, c->type, n, step * c->experts, 0, random)];
    t->dims[1] = c->m;
    t->dims[2] = c->experts;
    t->strides[2] = step * t->strides[1];
}

static void add_ids(listing *list, const product_case *c, random_state *random) {
    int32_t ids[1024];
    for (int32_t i = 0; i < c->chosen * c->rows; ++i)
        ids[i] = random_below(random, 3) == 0 ? c->experts - 1 : random_below(random, c->experts);
    lk_tensor *t = &list->tensors[listing_indices(list, c->chosen * c->rows, ids)];
    t->dims[0] = c->chosen;
    t->dims[1] = c->rows;
    t->strides[1] = t->strides[2] = t->strides[3] = 4 * c->chosen;
}

static listing build(const product_case *c, random_state *random) {
    const int64_t length = lk_type_find(c->type)->block_length, planes = c->planes ? c->chosen : 1;
    const int64_t n = c->blocks * (length == 1 ? 13 : length);
    listing list = listing_create();
    add_weights(&list, c, n, random);
    add_planes(&list, c, listing_random(&list, c->activation, n, c->rows * planes, 0, random), planes);
    add_ids(&list, c, random);
    listing_tensor(&list, LK_TYPE_I32, 1 + 3 * c->experts + c->chosen * c->rows, 1, 1, 1, 0);
    listing_random(&list, LK_TYPE_F32, c->m, c->experts, 8, random);
    add_planes(&list, c, listing_tensor(&list, LK_TYPE_F32, c->m, c->rows * c->chosen, 1, 1, 12), c->chosen);
    lk_op *sort = listing_op(&list, LK_OPCODE_EXPERT_SORT, "sort", GROUPS);
    sort->src[0] = IDS;
    sort->params[0] = c->experts;
    lk_op *product = listing_op(&list, LK_OPCODE_MAT_MUL_ID, "blk.3.ffn_up_exps", DST);
    product->src[0] = WEIGHTS;
    product->src[1] = X;
    product->src[2] = GROUPS;
    product->src[3] = c->biased ? BIAS : -1;
    return list;
}

static uint8_t *element(const listing *list, uint8_t *image, int32_t tensor, int64_t row, int64_t plane) {
    const lk_tensor *t = &list->tensors[tensor];
    return image + t->offset + row * t->strides[1] + (t->dims[2] > 1 ? plane : 0) * t->strides[2];
}

static int32_t id_of(listing *list, int64_t row, int64_t choice) {
    return ((const int32_t *)(void *)element(list, list->image, IDS, row, 0))[choice];
}

static dot_result exact(listing *list, const product_case *c, int64_t row, int64_t choice, int64_t i) {
    const lk_tensor *weights = &list->tensors[WEIGHTS], *x = &list->tensors[X];
    const int32_t e = id_of(list, row, choice);
    const uint8_t *w = list->image + weights->offset + e * weights->strides[2] + i * weights->strides[1];
    const uint8_t *column = element(list, list->image, X, row, choice);
    dot_result sum = weights_dot(lk_type_find(c->type), c->activation, w, column, x->dims[0]);
    if (c->biased) sum.sum += listing_floats(list, BIAS, e)[i];
    return sum;
}

/* Beside the sums of |w x|, as check_types.c measures it. */
static double error_of(listing *list, const product_case *c, uint8_t *image, int32_t live) {
    double apart = 0, norm = 0;
    for (int32_t t = 0; t < live; ++t)
        for (int32_t j = 0; j < c->chosen; ++j) {
            const float *got = (const float *)(void *)element(list, image, DST, t, j);
            for (int32_t i = 0; i < c->m; ++i) {
                const dot_result expected = exact(list, c, t, j, i);
                apart += (got[i] - expected.sum) * (got[i] - expected.sum);
                norm += (expected.magnitude + 1) * (expected.magnitude + 1);
            }
        }
    return norm > 0 ? sqrt(apart / norm) : 0;
}

/* Nothing but the list and the live rows of dst may differ from what was there. */
static bool writes_only(listing *list, const product_case *c, const uint8_t *image, int32_t live) {
    uint8_t *after = malloc((size_t)list->bytes);
    memcpy(after, image, (size_t)list->bytes);
    const lk_tensor *groups = &list->tensors[GROUPS];
    memcpy(after + groups->offset, list->image + groups->offset, (size_t)groups->dims[0] * 4);
    for (int32_t t = 0; t < live; ++t)
        for (int32_t j = 0; j < c->chosen; ++j)
            memcpy(element(list, after, DST, t, j), element(list, list->image, DST, t, j), (size_t)c->m * 4);
    const bool same = memcmp(after, list->image, (size_t)list->bytes) == 0;
    free(after);
    return same;
}

static listing_result run(const listing *list, int32_t tokens, int32_t threads) {
    const int32_t args[LK_ARGUMENT_COUNT] = {tokens, 0, 0};
    return listing_run(list, check.isas, threads, args);
}

static void check_threads_agree(const listing *list, const char *name, const uint8_t *image, int32_t live) {
    static const int32_t counts[] = {2, 5};
    for (int i = 0; i < 2; ++i) {
        listing_result other = run(list, live, counts[i]);
        check_that(other.status == LK_STATUS_OK && memcmp(other.image, image, (size_t)list->bytes) == 0,
                   "%s: %d threads give something else", name, counts[i]);
        free(other.image);
    }
}

/* Puts row t first, alone. */
static listing single_row(const product_case *c, const listing *list, int64_t t) {
    listing alone = *list;
    alone.image = malloc((size_t)list->bytes);
    memcpy(alone.image, list->image, (size_t)list->bytes);
    memcpy(element(list, alone.image, IDS, 0, 0), element(list, list->image, IDS, t, 0),
           (size_t)c->chosen * 4);
    for (int64_t j = 0; j < list->tensors[X].dims[2]; ++j)
        memcpy(element(list, alone.image, X, 0, j), element(list, list->image, X, t, j),
               (size_t)lk_row_bytes(c->activation, list->tensors[X].dims[0]));
    return alone;
}

static void check_rows_alone(const product_case *c, const listing *list, const char *name, uint8_t *image) {
    for (int32_t t = 0; t < c->rows; t += c->rows / 10 + 1) {
        listing alone = single_row(c, list, t);
        listing_result got = run(&alone, 1, 1);
        bool same = got.status == LK_STATUS_OK;
        for (int32_t j = 0; j < c->chosen && same; ++j)
            same = memcmp(element(list, got.image, DST, 0, j), element(list, image, DST, t, j),
                          (size_t)c->m * 4) == 0;
        check_that(same, "%s: row %d alone gives something else", name, t);
        free(got.image);
        listing_free(&alone);
    }
}

static void check_product(const product_case *c) {
    char name[160];
    snprintf(name, sizeof(name), "MAT_MUL_ID %s x %d, %d blocks, m %d, %d of %d experts, %d rows%s%s%s",
             lk_type_find(c->type)->name, c->activation, c->blocks, c->m, c->chosen, c->experts, c->rows,
             c->planes ? ", planes" : "", c->biased ? ", bias" : "", c->side_by_side ? ", side by side" : "");
    random_state random = check_random(name);
    listing list = build(c, &random);
    const double limit = check_has(LK_ISA_PLAIN) ? 5e-7 : 1e-7;
    for (int32_t live = c->rows; live >= 0; live = live == c->rows && live > 1 ? c->rows - 1
                                                   : live > 0                  ? 0
                                                                               : -1) {
        listing_result result = run(&list, live, 1);
        if (check_that(result.status == LK_STATUS_OK, "%s: %s", name, lk_last_error())) {
            const double error = error_of(&list, c, result.image, live);
            check_that(error <= limit, "%s, live %d: error %g", name, live, error);
            check_that(writes_only(&list, c, result.image, live), "%s, live %d: wrote elsewhere", name, live);
            check_threads_agree(&list, name, result.image, live);
            if (live == c->rows) check_rows_alone(c, &list, name, result.image);
        }
        free(result.image);
    }
    listing_free(&list);
}

static void check_shapes(int32_t type, int32_t activation) {
    static const int32_t shapes[][5] = {{1, 1, 1, 1, 1},  {2, 15, 3, 2, 1}, {1, 16, 4, 2, 3},
                                        {3, 17, 8, 3, 9}, {1, 64, 2, 2, 5}, {2, 65, 5, 8, 4},
                                        {1, 130, 6, 4, 2}};
    for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); ++i)
        for (int bits = 0; bits < 8; ++bits) {
            const product_case c = {type,         activation,   shapes[i][0], shapes[i][1], shapes[i][2],
                                    shapes[i][3], shapes[i][4], bits & 1,     bits & 2,     bits & 4};
            check_product(&c);
        }
}

/* More columns of an expert than a tile takes, which is 128 at most. */
static void check_many_columns(void) {
    check_product(&(product_case){LK_TYPE_Q4_0, LK_TYPE_A8X2, 2, 33, 2, 3, 150, true, true, true});
    check_product(&(product_case){LK_TYPE_F16, LK_TYPE_F32, 4, 33, 1, 2, 150, false, false, false});
}

/* ---- lists that no EXPERT_SORT makes
 * -------------------------------------------------------------------------------- */

static const product_case small = {LK_TYPE_F32, LK_TYPE_F32, 2, 20, 4, 2, 5, true, true, true};

/* The product alone, over {2 experts: 1 has pairs 0 and 3, 3 has pairs 1 and 2}. */
static listing build_alone(const product_case *c) {
    static const int32_t words[] = {2, 1, 0, 2, 3, 2, 4};
    random_state random = check_random("lists");
    listing list = build(c, &random);
    list.ops[0] = list.ops[1];
    list.op_count = 1;
    int32_t *groups = listing_data(&list, GROUPS), *pairs = groups + 1 + 3 * c->experts;
    memset(groups, 0, (size_t)list.tensors[GROUPS].dims[0] * 4);
    memcpy(groups, words, sizeof(words));
    pairs[0] = 0;
    pairs[1] = 3;
    pairs[2] = 1;
    pairs[3] = 2;
    return list;
}

static void check_lists(void) {
    enum { PAIRS = 1 + 3 * 4, LIVE = 2 };
    static const struct {
        int32_t word, value;
        lk_status status;
    } words[] = {
        {0, 2, LK_STATUS_OK},
        {0, 1, LK_STATUS_OK},
        {0, 0, LK_STATUS_OK},
        {0, -1, LK_STATUS_INVALID_ARGUMENT},
        {0, 5, LK_STATUS_INVALID_ARGUMENT},
        {0, INT32_MAX, LK_STATUS_INVALID_ARGUMENT},
        {0, INT32_MIN, LK_STATUS_INVALID_ARGUMENT},
        {1, 0, LK_STATUS_OK},
        {1, 4, LK_STATUS_INVALID_ARGUMENT},
        {1, -1, LK_STATUS_INVALID_ARGUMENT},
        {4, INT32_MAX, LK_STATUS_INVALID_ARGUMENT},
        {2, -1, LK_STATUS_INVALID_ARGUMENT},
        {2, 2, LK_STATUS_INVALID_ARGUMENT},
        {2, INT32_MIN, LK_STATUS_INVALID_ARGUMENT},
        {3, 0, LK_STATUS_INVALID_ARGUMENT},
        {6, 5, LK_STATUS_INVALID_ARGUMENT},
        {6, INT32_MAX, LK_STATUS_INVALID_ARGUMENT},
        {PAIRS, -1, LK_STATUS_INVALID_ARGUMENT},
        {PAIRS + 1, 4, LK_STATUS_INVALID_ARGUMENT},
        {PAIRS + 2, INT32_MAX, LK_STATUS_INVALID_ARGUMENT},
        {PAIRS + 3, INT32_MIN, LK_STATUS_INVALID_ARGUMENT},
    };
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); ++i)
        for (int32_t threads = 1; threads <= 2; ++threads) {
            listing list = build_alone(&small);
            ((int32_t *)listing_data(&list, GROUPS))[words[i].word] = words[i].value;
            listing_result result = run(&list, LIVE, threads);
            check_that(result.status == words[i].status, "MAT_MUL_ID with %d in word %d: status %d",
                       words[i].value, words[i].word, result.status);
            check_that(result.status == LK_STATUS_OK ||
                           strstr(lk_last_error(), "MAT_MUL_ID F32 x F32: an input value"),
                       "MAT_MUL_ID: %s", lk_last_error());
            check_that(writes_only(&list, &small, result.image, LIVE),
                       "MAT_MUL_ID with %d in word %d: wrote elsewhere", words[i].value, words[i].word);
            free(result.image);
            listing_free(&list);
        }
}

/* Whatever the list says, only live rows of dst are written. */
static void check_random_lists(void) {
    enum { ROUNDS = 200 };
    random_state random = check_random("random lists");
    for (int round = 0; round < ROUNDS; ++round) {
        listing list = build_alone(&small);
        int32_t *groups = listing_data(&list, GROUPS);
        for (int64_t i = 0; i < list.tensors[GROUPS].dims[0]; ++i)
            groups[i] =
                random_below(&random, 9) == 0 ? (int32_t)random_bits(&random) : random_below(&random, 6);
        listing_result result = run(&list, 4, 1);
        check_that(writes_only(&list, &small, result.image, 4), "random list %d: wrote elsewhere", round);
        free(result.image);
        listing_free(&list);
    }
}

/* ---- records
 * -------------------------------------------------------------------------------------------------------- */

static void check_records(void) {
    static const struct {
        int32_t tensor, dim;
        int64_t size;
        const char *part;
    } wrong[] = {
        {WEIGHTS, 0, 23, "MAT_MUL_ID F32 x F32: x has 26 columns, weights have 23"},
        {WEIGHTS, 1, 19, "dst has 20 columns, weights have 19 rows"},
        {WEIGHTS, 2, 3, "groups has 23 elements, not 20"},
        {X, 0, 23, "x has 23 columns, weights have 26"},
        {X, 1, 4, "x has 4 rows, dst has 5"},
        {DST, 0, 19, "dst has 19 columns, weights have 20 rows"},
        {DST, 2, 1, "x has 2 planes, dst has 1"},
        {GROUPS, 0, 22, "groups has 22 elements, not 23"},
        {BIAS, 0, 19, "bias is [19, 4], not [20, 4]"},
        {BIAS, 1, 3, "bias is [20, 3], not [20, 4]"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        listing list = build_alone(&small);
        list.tensors[wrong[i].tensor].dims[wrong[i].dim] = wrong[i].size;
        check_that(listing_is_refused(&list, check.isas, wrong[i].part),
                   "MAT_MUL_ID: \"%s\" does not say \"%s\"", lk_last_error(), wrong[i].part);
        listing_free(&list);
    }
    static const struct {
        int32_t tensor;
        const char *part;
    } deep[] = {{WEIGHTS, "weights of more than 3"}, {X, "x of more than 3"}, {DST, "dst of more than 3"}};
    for (int i = 0; i < 3; ++i) {
        listing list = build_alone(&small);
        lk_tensor *t = &list.tensors[deep[i].tensor];
        t->dims[0] /= 2;
        t->dims[3] = 2;
        t->strides[3] = 4 * t->dims[0];
        check_that(listing_is_refused(&list, check.isas, deep[i].part), "MAT_MUL_ID of 4 dimensions: %s",
                   lk_last_error());
        listing_free(&list);
    }
}

/* A dst over x would be read by one thread while another writes it. */
static void check_overlap(void) {
    listing list = build_alone(&small);
    list.tensors[DST].offset = list.tensors[X].offset;
    check_that(listing_is_refused(&list, check.isas, "MAT_MUL_ID F32 x F32: dst overlaps src[1]"),
               "MAT_MUL_ID over x: %s", lk_last_error());
    listing_free(&list);
}

/* Weights that no kernel takes with these activations are no mistake of the record. */
static void check_unsupported(void) {
    listing list = build_alone(&small);
    list.ops[0].src[0] = GROUPS;
    listing_result result = run(&list, 1, 1);
    check_that(result.status == LK_STATUS_UNSUPPORTED &&
                   strstr(lk_last_error(), "MAT_MUL_ID i32 x F32: no kernel on cpu"),
               "MAT_MUL_ID of i32: %s", lk_last_error());
    free(result.image);
    listing_free(&list);
}

void check_expert_products(void) {
    static const int32_t dense[] = {LK_TYPE_F32, LK_TYPE_F16};
    static const int32_t quantized[] = {LK_TYPE_Q8_0, LK_TYPE_MXFP4};
    for (size_t i = 0; i < sizeof(dense) / sizeof(*dense); ++i) check_shapes(dense[i], LK_TYPE_F32);
    for (size_t i = 0; i < sizeof(quantized) / sizeof(*quantized); ++i) {
        check_shapes(quantized[i], LK_TYPE_A8);
        check_shapes(quantized[i], LK_TYPE_A8X2);
    }
    check_shapes(LK_TYPE_BF16, LK_TYPE_BF16);
    check_many_columns();
    check_lists();
    check_random_lists();
    check_records();
    check_overlap();
    check_unsupported();
}
