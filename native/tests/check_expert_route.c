/* The ops that choose and group experts: EXPERT_ROUTE against a slow choice one at a time, EXPERT_SORT
 * against its definition. */
#include "tests/check.h"
#include "tests/listing.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5, EXPERTS_MOST = 300, CHOSEN_MOST = 64 };

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static listing_result run(const listing *list, int32_t tokens) {
    const int32_t args[LK_ARGUMENT_COUNT] = {tokens, 0, 0};
    return listing_run(list, check.isas, 1, args);
}

static const int32_t *result_words(const listing *list, const listing_result *result, int32_t tensor,
                                   int64_t row) {
    const lk_tensor *at = &list->tensors[tensor];
    return (const int32_t *)(const void *)(result->image + at->offset + row * at->strides[1]);
}

typedef struct route_case {
    const char *name;
    int32_t experts, chosen, kind, renormalize, groups, groups_used, best_two;
    float scale;
    bool biased;
} route_case;

static const route_case routes[] = {
    {"mixtral", 8, 2, LK_GATING_KIND_SOFT_MAX, 1, 0, 0, 0, 1, false},
    {"qwen3", 128, 8, LK_GATING_KIND_SOFT_MAX, 1, 1, 1, 0, 1, false},
    {"olmoe", 64, 8, LK_GATING_KIND_SOFT_MAX, 0, 0, 0, 0, 1, false},
    {"deepseek2", 160, 6, LK_GATING_KIND_SOFT_MAX, 0, 8, 3, 0, 16, false},
    {"deepseek3", 256, 8, LK_GATING_KIND_SIGMOID, 1, 8, 4, 1, 2.5f, true},
    {"llama4", 16, 1, LK_GATING_KIND_SIGMOID, 0, 0, 0, 0, 1, false},
    {"gpt-oss", 32, 4, LK_GATING_KIND_SOFT_MAX_CHOSEN, 0, 0, 0, 0, 1, false},
    {"biased softmax", 9, 3, LK_GATING_KIND_SOFT_MAX, 0, 3, 1, 1, 0.5f, true},
    {"biased chosen", 9, 3, LK_GATING_KIND_SOFT_MAX_CHOSEN, 1, 3, 2, 0, 1, true},
    {"all of one", 1, 1, LK_GATING_KIND_SOFT_MAX, 1, 0, 0, 0, 1, false},
    {"all", 33, 33, LK_GATING_KIND_SIGMOID, 0, 33, 33, 0, 1, false},
    {"many", EXPERTS_MOST, CHOSEN_MOST, LK_GATING_KIND_SOFT_MAX, 1, 0, 0, 0, 1, true},
};

static double sum_of_exponentials(const float *logits, int32_t n) {
    double sum = 0;
    for (int32_t e = 0; e < n; ++e) sum += exp(logits[e]);
    return sum;
}

static double probability_of(const route_case *c, const float *logits, int32_t e) {
    if (c->kind == LK_GATING_KIND_SIGMOID) return 1 / (1 + exp(-(double)logits[e]));
    if (c->kind == LK_GATING_KIND_SOFT_MAX) return exp(logits[e]) / sum_of_exponentials(logits, c->experts);
    return logits[e];
}

/* The largest that is not closed, the lowest index first; -1 when all are. */
static int32_t next_best(const double *scores, const bool *closed, int32_t n) {
    int32_t best = -1;
    for (int32_t i = 0; i < n; ++i)
        if (!closed[i] && (best < 0 || scores[i] > scores[best])) best = i;
    return best;
}

static double score_of_group(const double *scores, int32_t size, bool best_two) {
    bool closed[EXPERTS_MOST] = {false};
    const int32_t first = next_best(scores, closed, size);
    closed[first] = true;
    return scores[first] + (best_two ? scores[next_best(scores, closed, size)] : 0);
}

static void close_groups(const route_case *c, const double *scores, bool *closed) {
    double of_groups[EXPERTS_MOST];
    bool taken[EXPERTS_MOST] = {false};
    const int32_t size = c->experts / c->groups;
    for (int32_t g = 0; g < c->groups; ++g)
        of_groups[g] = score_of_group(scores + g * size, size, c->best_two != 0);
    for (int32_t i = 0; i < c->groups_used; ++i) taken[next_best(of_groups, taken, c->groups)] = true;
    for (int32_t e = 0; e < c->experts; ++e) closed[e] = !taken[e / size];
}

static void expect_route(const route_case *c, const float *logits, const float *bias, int32_t *ids,
                         double *weights) {
    double scores[EXPERTS_MOST], sum = 0;
    bool closed[EXPERTS_MOST] = {false};
    for (int32_t e = 0; e < c->experts; ++e)
        scores[e] = probability_of(c, logits, e) + (bias != NULL ? bias[e] : 0);
    if (c->groups > 1) close_groups(c, scores, closed);
    for (int32_t i = 0; i < c->chosen; ++i) {
        ids[i] = next_best(scores, closed, c->experts);
        closed[ids[i]] = true;
        weights[i] = probability_of(c, logits, ids[i]);
        if (c->kind == LK_GATING_KIND_SOFT_MAX_CHOSEN) weights[i] = exp(weights[i]);
        sum += weights[i];
    }
    const bool divided = c->renormalize || c->kind == LK_GATING_KIND_SOFT_MAX_CHOSEN;
    for (int32_t i = 0; i < c->chosen; ++i) weights[i] *= c->scale / (divided ? sum : 1);
}

static lk_op *add_route(listing *list, const route_case *c, int32_t logits, int32_t bias) {
    const int32_t dst = listing_tensor(list, LK_TYPE_I32, 2 * c->chosen, ROWS, 1, 1, 8);
    lk_op *op = listing_op(list, LK_OPCODE_EXPERT_ROUTE, "route", dst);
    op->src[0] = logits;
    op->src[1] = bias;
    const int32_t params[] = {c->chosen, c->kind,        c->renormalize, float_bits(c->scale),
                              c->groups, c->groups_used, c->best_two};
    memcpy(op->params, params, sizeof(params));
    return op;
}

static void check_route_row(const route_case *c, const int32_t *got, const float *logits, const float *bias) {
    int32_t ids[CHOSEN_MOST];
    double weights[CHOSEN_MOST];
    expect_route(c, logits, bias, ids, weights);
    for (int32_t i = 0; i < c->chosen; ++i) {
        float weight;
        memcpy(&weight, &got[c->chosen + i], sizeof(weight));
        check_that(got[i] == ids[i], "EXPERT_ROUTE %s: choice %d is %d, not %d", c->name, i, got[i], ids[i]);
        check_that(fabs(weight - weights[i]) <= 1e-7 * fabs(weights[i]),
                   "EXPERT_ROUTE %s: weight %d is %g, not %g", c->name, i, (double)weight, weights[i]);
    }
}

/* A quarter of the logits are small integers, so that there are equals. */
static void check_route(const route_case *c) {
    random_state random = check_random(c->name);
    listing list = listing_create();
    const int32_t logits = listing_random(&list, LK_TYPE_F32, c->experts, ROWS, 4, &random);
    for (int r = 0; r < ROWS; ++r)
        for (int32_t e = 0; e < c->experts; ++e) {
            float *value = &listing_floats(&list, logits, r)[e];
            *value = random_below(&random, 4) == 0 ? (float)random_below(&random, 3) : *value * 4;
        }
    const int32_t bias = c->biased ? listing_random(&list, LK_TYPE_F32, c->experts, 1, 0, &random) : -1;
    const int32_t dst = add_route(&list, c, logits, bias)->dst;
    listing_result result = run(&list, ROWS - 1);
    check_that(result.status == LK_STATUS_OK, "EXPERT_ROUTE %s: %s", c->name, lk_last_error());
    for (int r = 0; r < ROWS - 1 && result.status == LK_STATUS_OK; ++r)
        check_route_row(c, result_words(&list, &result, dst, r), listing_floats(&list, logits, r),
                        bias < 0 ? NULL : listing_floats(&list, bias, 0));
    check_that(memcmp(result_words(&list, &result, dst, ROWS - 1), listing_floats(&list, dst, ROWS - 1),
                      (size_t)c->chosen * 8) == 0,
               "EXPERT_ROUTE %s: wrote past the live rows", c->name);
    free(result.image);
    listing_free(&list);
}

/* Whatever the logits are, the ids are those of different experts. */
static void check_odd_route(const route_case *c) {
    static const float odd[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 0};
    random_state random = check_random(c->name);
    listing list = listing_create();
    const int32_t logits = listing_random(&list, LK_TYPE_F32, c->experts, ROWS, 0, &random);
    for (int r = 0; r < ROWS; ++r)
        for (int32_t e = 0; e < c->experts; ++e)
            listing_floats(&list, logits, r)[e] = odd[r == 0 ? 0 : random_below(&random, 6)];
    const int32_t dst = add_route(&list, c, logits, -1)->dst;
    listing_result result = run(&list, ROWS);
    check_that(result.status == LK_STATUS_OK, "EXPERT_ROUTE %s: %s", c->name, lk_last_error());
    for (int r = 0; r < ROWS && result.status == LK_STATUS_OK; ++r) {
        bool seen[EXPERTS_MOST] = {false};
        const int32_t *ids = result_words(&list, &result, dst, r);
        for (int32_t i = 0; i < c->chosen; ++i) {
            if (!check_that(ids[i] >= 0 && ids[i] < c->experts && !seen[ids[i]],
                            "EXPERT_ROUTE %s of NaN: choice %d is %d", c->name, i, ids[i]))
                break;
            seen[ids[i]] = true;
        }
    }
    free(result.image);
    listing_free(&list);
}

static void check_route_records(void) {
    static const struct {
        route_case with;
        const char *part;
    } wrong[] = {
        {{"k", 8, 0, 0, 0, 0, 0, 0, 1, false}, ""},
        {{"k", 8, 9, 0, 0, 0, 0, 0, 1, false}, "9 of 8 experts chosen"},
        {{"kind", 8, 2, 3, 0, 0, 0, 0, 1, false}, "gating kind 3"},
        {{"kind", 8, 2, -1, 0, 0, 0, 0, 1, false}, "gating kind -1"},
        {{"renormalize", 8, 2, 0, 2, 0, 0, 0, 1, false}, "renormalize is 2"},
        {{"scale", 8, 2, 0, 0, 0, 0, 0, NAN, false}, "scale is nan"},
        {{"groups", 8, 2, 0, 0, -1, 0, 0, 1, false}, "groups is -1"},
        {{"groups", 8, 2, 0, 0, 3, 1, 0, 1, false}, "8 experts do not divide among 3 groups"},
        {{"groups", 8, 2, 0, 0, 16, 1, 0, 1, false}, "8 experts do not divide among 16 groups"},
        {{"used", 8, 2, 0, 0, 4, 5, 0, 1, false}, "5 of 4 groups are used"},
        {{"used", 8, 2, 0, 0, 4, 0, 0, 1, false}, "no group is used"},
        {{"used", 8, 2, 0, 0, 4, -1, 0, 1, false}, "-1 of 4 groups are used"},
        {{"used", 8, 3, 0, 0, 4, 1, 0, 1, false}, "3 experts chosen of 1 groups of 2"},
        {{"best two", 8, 2, 0, 0, 8, 2, 1, 1, false}, "no best two"},
        {{"best two", 8, 2, 0, 0, 0, 0, 2, 1, false}, "group score is 2"},
        {{"experts", 1025, 2, 0, 0, 0, 0, 0, 1, false}, "1025 experts, 1024 are possible"},
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        random_state random = check_random("wrong route");
        listing list = listing_create();
        add_route(&list, &wrong[i].with,
                  listing_random(&list, LK_TYPE_F32, wrong[i].with.experts, ROWS, 0, &random), -1);
        check_that(listing_is_refused(&list, check.isas, wrong[i].part), "EXPERT_ROUTE %s: %s",
                   wrong[i].with.name, lk_last_error());
        listing_free(&list);
    }
}

void check_expert_route(void) {
    for (size_t i = 0; i < sizeof(routes) / sizeof(*routes); ++i) {
        check_route(&routes[i]);
        check_odd_route(&routes[i]);
    }
    check_route_records();
}
