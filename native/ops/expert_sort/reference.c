/* The same for every ISA: a counting sort of a few thousand pairs. */
#include "ops/expert_sort/groups.h"

/* One thread sorts: threads would meet more often than it takes. */
int64_t lk_expert_sort_units(const lk_op_state *op) {
    (void)op;
    return 1;
}

int64_t lk_expert_sort_scratch(const lk_op_state *op) {
    (void)op;
    return 0;
}

/* A group for every expert, its pairs counted in end. */
static void count_pairs(const lk_op_state *op, lk_expert_group *groups) {
    const lk_view *ids = &op->src[0];
    const int32_t experts = op->params[0];
    for (int32_t e = 0; e < experts; e++) groups[e] = (lk_expert_group){e, 0, 0};
    for (int64_t t = 0; t < op->rows; t++) {
        const int32_t *row = (const int32_t *)(const void *)lk_row(ids, t);
        for (int64_t j = 0; j < ids->dims[0]; j++) {
            if (row[j] >= 0 && row[j] < experts)
                groups[row[j]].end++;
            else
                lk_fault(op);
        }
    }
}

/* From counts to empty ranges, one after the other. */
static void place_groups(lk_expert_group *groups, int32_t experts) {
    int32_t at = 0;
    for (int32_t e = 0; e < experts; e++) {
        const int32_t count = groups[e].end;
        groups[e].first = groups[e].end = at;
        at += count;
    }
}

static void place_pairs(const lk_op_state *op, lk_expert_group *groups, int32_t *pairs) {
    const lk_view *ids = &op->src[0];
    int32_t pair = 0;
    for (int64_t t = 0; t < op->rows; t++) {
        const int32_t *row = (const int32_t *)(const void *)lk_row(ids, t);
        for (int64_t j = 0; j < ids->dims[0]; j++, pair++) {
            if (row[j] >= 0 && row[j] < op->params[0]) pairs[groups[row[j]].end++] = pair;
        }
    }
}

static int32_t keep_used(lk_expert_group *groups, int32_t experts) {
    int32_t used = 0;
    for (int32_t e = 0; e < experts; e++) {
        if (groups[e].first < groups[e].end) groups[used++] = groups[e];
    }
    return used;
}

void lk_expert_sort_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)begin;
    (void)end;
    (void)scratch;
    const int32_t experts = op->params[0];
    lk_expert_group *groups = lk_expert_groups(&op->dst);
    count_pairs(op, groups);
    place_groups(groups, experts);
    place_pairs(op, groups, lk_expert_pairs(&op->dst, experts));
    *lk_experts_in_use(&op->dst) = keep_used(groups, experts);
}
