/* A feed-forward layer of experts, op after op over one memory, against double sums; and what EXPERT_SUM
 * refuses. */
#include "tests/check.h"
#include "tests/listing.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 24, HIDDEN = 70, EXPERTS = 6, CHOSEN = 3, ROWS = 7 };

/* Tensors by number. ROUTED holds ids and weights; IDS and SHARES are views of its halves. */
enum { X, LOGITS, GATES, UPS, DOWNS, ROUTED, GROUPS, GATE, UP, DOWN, OUT, IDS, SHARES, TENSORS };

static void add_matrices(listing *list, int64_t n, int64_t m, random_state *random) {
    lk_tensor *t = &list->tensors[listing_random(list, LK_TYPE_F32, n, m * EXPERTS, 0, random)];
    t->dims[1] = m;
    t->dims[2] = EXPERTS;
    t->strides[2] = m * t->strides[1];
}

static void add_view_of_routed(listing *list, int32_t type, int64_t offset) {
    lk_tensor *t = &list->tensors[list->tensor_count++];
    *t = list->tensors[ROUTED];
    t->type = type;
    t->dims[0] = CHOSEN;
    t->offset += offset;
}

static void add_tensors(listing *list, random_state *random) {
    listing_random(list, LK_TYPE_F32, WIDTH, ROWS, 0, random);                      /* X */
    listing_random(list, LK_TYPE_F32, EXPERTS, ROWS, 0, random);                    /* LOGITS */
    add_matrices(list, WIDTH, HIDDEN, random);                                      /* GATES */
    add_matrices(list, WIDTH, HIDDEN, random);                                      /* UPS */
    add_matrices(list, HIDDEN, WIDTH, random);                                      /* DOWNS */
    listing_tensor(list, LK_TYPE_I32, 2 * CHOSEN, ROWS, 1, 1, 0);                   /* ROUTED */
    listing_tensor(list, LK_TYPE_I32, 1 + 3 * EXPERTS + CHOSEN * ROWS, 1, 1, 1, 0); /* GROUPS */
    for (int i = GATE; i <= DOWN; ++i) {
        /* The planes of a row lie inside it. */
        lk_tensor *t = &list->tensors[listing_tensor(list, LK_TYPE_F32, (i == DOWN ? WIDTH : HIDDEN) * CHOSEN,
                                                     ROWS, 1, 1, 0)];
        t->dims[0] /= CHOSEN;
        t->dims[2] = CHOSEN;
        t->strides[2] = t->dims[0] * 4;
    }
    listing_tensor(list, LK_TYPE_F32, WIDTH, ROWS, 1, 1, 0); /* OUT */
    add_view_of_routed(list, LK_TYPE_I32, 0);
    add_view_of_routed(list, LK_TYPE_F32, 4 * CHOSEN);
}

static void add_product(listing *list, int32_t dst, int32_t weights, int32_t x, int32_t phase) {
    lk_op *op = listing_op(list, LK_OPCODE_MAT_MUL_ID, "ffn_exps", dst);
    op->src[0] = weights;
    op->src[1] = x;
    op->src[2] = GROUPS;
    op->phase = phase;
}

/* Gate and up share a phase; GLU computes plane by plane, in place. */
static listing build(random_state *random) {
    listing list = listing_create();
    add_tensors(&list, random);
    lk_op *op = listing_op(&list, LK_OPCODE_EXPERT_ROUTE, "ffn_gate_inp", ROUTED);
    op->src[0] = LOGITS;
    op->params[0] = CHOSEN;
    op->params[2] = 1;
    const float scale = 1.5f;
    memcpy(&op->params[3], &scale, sizeof(scale));
    op = listing_op(&list, LK_OPCODE_EXPERT_SORT, "sort", GROUPS);
    op->src[0] = IDS;
    op->params[0] = EXPERTS;
    add_product(&list, GATE, GATES, X, 2);
    add_product(&list, UP, UPS, X, 2);
    op = listing_op(&list, LK_OPCODE_GLU, "glu", GATE);
    op->src[0] = GATE;
    op->src[1] = UP;
    add_product(&list, DOWN, DOWNS, GATE, list.op_count);
    op = listing_op(&list, LK_OPCODE_EXPERT_SUM, "sum", OUT);
    op->src[0] = DOWN;
    op->src[1] = SHARES;
    return list;
}

static double dot(listing *list, int32_t matrices, int32_t expert, int64_t row, const double *x) {
    const lk_tensor *t = &list->tensors[matrices];
    const float *w =
        (const float *)(void *)(list->image + t->offset + expert * t->strides[2] + row * t->strides[1]);
    double sum = 0;
    for (int64_t i = 0; i < t->dims[0]; ++i) sum += w[i] * x[i];
    return sum;
}

/* Adds share times what one expert makes of x. */
static void add_expert(listing *list, double *out, const double *x, int32_t expert, double share) {
    double hidden[HIDDEN];
    for (int64_t i = 0; i < HIDDEN; ++i) {
        const double gate = dot(list, GATES, expert, i, x);
        hidden[i] = gate / (1 + exp(-gate)) * dot(list, UPS, expert, i, x);
    }
    for (int64_t i = 0; i < WIDTH; ++i) out[i] += share * dot(list, DOWNS, expert, i, hidden);
}

static void expect_row(listing *list, int64_t row, double *out) {
    const float *logits = listing_floats(list, LOGITS, row);
    double x[WIDTH], sum = 0;
    for (int i = 0; i < WIDTH; ++i) x[i] = listing_floats(list, X, row)[i];
    int rank[EXPERTS];
    for (int e = 0; e < EXPERTS; ++e) {
        rank[e] = 0;
        for (int other = 0; other < EXPERTS; ++other) rank[e] += logits[other] > logits[e];
        if (rank[e] < CHOSEN) sum += exp(logits[e]);
    }
    for (int i = 0; i < WIDTH; ++i) out[i] = 0;
    for (int e = 0; e < EXPERTS; ++e)
        if (rank[e] < CHOSEN) add_expert(list, out, x, e, 1.5 * exp(logits[e]) / sum);
}

static double error_of(listing *list, const uint8_t *image, int32_t live) {
    double apart = 0, norm = 0;
    for (int64_t r = 0; r < live; ++r) {
        const lk_tensor *t = &list->tensors[OUT];
        const float *got = (const float *)(const void *)(image + t->offset + r * t->strides[1]);
        double expected[WIDTH];
        expect_row(list, r, expected);
        for (int i = 0; i < WIDTH; ++i) {
            apart += (got[i] - expected[i]) * (got[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
    }
    return sqrt(apart / norm);
}

static void check_layer(void) {
    random_state random = check_random("layer of experts");
    listing list = build(&random);
    check_that(list.tensor_count == TENSORS, "the layer's tensors are not those numbered here");
    for (int32_t live = 1; live <= ROWS; live += 3) {
        const int32_t args[LK_ARGUMENT_COUNT] = {live, 0, 0};
        listing_result one = listing_run(&list, check.isas, 1, args);
        if (check_that(one.status == LK_STATUS_OK, "layer of experts: %s", lk_last_error())) {
            const double error = error_of(&list, one.image, live);
            check_that(error <= 1e-6, "layer of experts, %d rows: error %g", live, error);
        }
        for (int32_t threads = 2; threads <= 5; threads += 3) {
            listing_result other = listing_run(&list, check.isas, threads, args);
            check_that(other.status == LK_STATUS_OK &&
                           memcmp(one.image, other.image, (size_t)list.bytes) == 0,
                       "layer of experts: %d threads give something else", threads);
            free(other.image);
        }
        free(one.image);
    }
    listing_free(&list);
}

static void check_sum_records(void) {
    static const struct {
        int32_t tensor, dim;
        int64_t size;
        const char *part;
    } wrong[] = {
        {DOWN, 0, WIDTH - 1, "sum: EXPERT_SUM: x is [23, 7], dst is [24, 7]"},
        {DOWN, 1, ROWS - 1, "x is [24, 6], dst is [24, 7]"},
        {DOWN, 2, CHOSEN - 1, "weights are [3, 7], not [2, 7]"},
        {SHARES, 0, CHOSEN - 1, "weights are [2, 7], not [3, 7]"},
        {SHARES, 1, ROWS - 1, "weights are [3, 6], not [3, 7]"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        random_state random = check_random("records of sums");
        listing list = build(&random);
        list.ops[0] = list.ops[list.op_count - 1];
        list.op_count = 1;
        list.tensors[wrong[i].tensor].dims[wrong[i].dim] = wrong[i].size;
        check_that(listing_is_refused(&list, check.isas, wrong[i].part), "\"%s\" does not say \"%s\"",
                   lk_last_error(), wrong[i].part);
        listing_free(&list);
    }
}

void check_expert_layer(void) {
    check_layer();
    check_sum_records();
}
