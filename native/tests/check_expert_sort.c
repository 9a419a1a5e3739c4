/* EXPERT_SORT against its definition. */
#include "tests/check.h"
#include "tests/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 5 };

static listing_result run(const listing *list, int32_t tokens) {
    const int32_t args[LK_ARGUMENT_COUNT] = {tokens, 0, 0};
    return listing_run(list, check.isas, 1, args);
}

static const int32_t *words_of(const listing *list, const listing_result *result, int32_t tensor) {
    return (const int32_t *)(const void *)(result->image + list->tensors[tensor].offset);
}

/* Ids lie as EXPERT_ROUTE leaves them: the first half of a row. */
static int32_t add_ids(listing *list, int32_t experts, int32_t k, random_state *random) {
    const int32_t ids = listing_tensor(list, LK_TYPE_I32, k, ROWS, 1, 1, 4 * k);
    for (int r = 0; r < ROWS; ++r) {
        int32_t *row = (int32_t *)(void *)listing_floats(list, ids, r);
        for (int32_t j = 0; j < k; ++j) row[j] = random_below(random, experts);
    }
    return ids;
}

static int32_t add_sort(listing *list, int32_t experts, int32_t k, int32_t ids) {
    const int32_t dst = listing_tensor(list, LK_TYPE_I32, 1 + 3 * experts + k * ROWS, 1, 1, 1, 0);
    lk_op *op = listing_op(list, LK_OPCODE_EXPERT_SORT, "sort", dst);
    op->src[0] = ids;
    op->params[0] = experts;
    return dst;
}

/* Walks the experts by rising number and the pairs of each by rising row and choice. */
static void check_groups(listing *list, int32_t ids, const int32_t *words, int32_t experts, int32_t k,
                         int32_t rows) {
    const int32_t *groups = words + 1, *pairs = words + 1 + 3 * experts;
    int32_t used = 0, placed = 0;
    for (int32_t e = 0; e < experts; ++e) {
        const int32_t first = placed;
        for (int32_t pair = 0; pair < k * rows; ++pair) {
            const int32_t *row = (const int32_t *)(void *)listing_floats(list, ids, pair / k);
            if (row[pair % k] != e) continue;
            check_that(pairs[placed] == pair, "EXPERT_SORT: pair %d is %d, not %d", placed, pairs[placed],
                       pair);
            ++placed;
        }
        if (placed == first) continue;
        const int32_t *group = groups + 3 * used++;
        check_that(group[0] == e && group[1] == first && group[2] == placed,
                   "EXPERT_SORT: {%d, %d, %d}, not {%d, %d, %d}", group[0], group[1], group[2], e, first,
                   placed);
    }
    check_that(words[0] == used, "EXPERT_SORT: %d experts in use, not %d", words[0], used);
}

static void check_sort(int32_t experts, int32_t k, int32_t live) {
    char name[64];
    snprintf(name, sizeof(name), "sort %d of %d, %d rows", k, experts, live);
    random_state random = check_random(name);
    listing list = listing_create();
    const int32_t ids = add_ids(&list, experts, k, &random), dst = add_sort(&list, experts, k, ids);
    listing_result result = run(&list, live);
    if (check_that(result.status == LK_STATUS_OK, "%s: %s", name, lk_last_error()) && live > 0)
        check_groups(&list, ids, words_of(&list, &result, dst), experts, k, live);
    const int32_t end = 1 + 3 * experts + k * live;
    check_that(memcmp(words_of(&list, &result, dst) + end, (int32_t *)listing_data(&list, dst) + end,
                      (size_t)(k * (ROWS - live)) * 4) == 0,
               "%s: wrote past the live pairs", name);
    free(result.image);
    listing_free(&list);
}

/* An id that is no expert's is a fault; one in a row that is not live is not looked at. */
static void check_sort_faults(void) {
    static const int32_t wrong[] = {-1, 4, INT32_MAX, INT32_MIN};
    for (int i = 0; i < 4; ++i) {
        random_state random = check_random("sort faults");
        listing list = listing_create();
        const int32_t ids = add_ids(&list, 4, 2, &random);
        add_sort(&list, 4, 2, ids);
        ((int32_t *)(void *)listing_floats(&list, ids, 2))[1] = wrong[i];
        for (int32_t live = 2; live <= 3; ++live) {
            listing_result result = run(&list, live);
            check_that(result.status == (live == 2 ? LK_STATUS_OK : LK_STATUS_INVALID_ARGUMENT),
                       "EXPERT_SORT of id %d, %d rows: status %d", wrong[i], live, result.status);
            free(result.image);
        }
        listing_free(&list);
    }
}

static void check_sort_records(void) {
    static const struct {
        int32_t experts;
        const char *part;
    } wrong[] = {{0, "0 experts"},
                 {-1, "-1 experts"},
                 {5, "dst has 23 elements, not 26"},
                 {INT32_MAX, "elements, not 6442450952"}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); ++i) {
        random_state random = check_random("wrong sort");
        listing list = listing_create();
        add_sort(&list, 4, 2, add_ids(&list, 4, 2, &random));
        list.ops[0].params[0] = wrong[i].experts;
        check_that(listing_is_refused(&list, check.isas, wrong[i].part), "EXPERT_SORT: %s", lk_last_error());
        listing_free(&list);
    }
}

void check_expert_sort(void) {
    static const int32_t counts[][2] = {{1, 1}, {4, 2}, {8, 2}, {128, 8}, {3, 7}};
    for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); ++i)
        for (int32_t live = 0; live <= ROWS; ++live) check_sort(counts[i][0], counts[i][1], live);
    check_sort_faults();
    check_sort_records();
}
