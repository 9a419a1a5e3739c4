/* The list that EXPERT_SORT leaves, and that MAT_MUL_ID and SQUARE_SUM read: experts in use, a group for
 * each, and the pairs. */
#ifndef LK_EXPERT_GROUPS_H
#define LK_EXPERT_GROUPS_H

#include "ops/ops.h"

/* An expert in use, and which of the pairs are its own: [first, end). */
typedef struct lk_expert_group {
    int32_t expert, first, end;
} lk_expert_group;

static inline int64_t lk_expert_words(int64_t experts, int64_t pairs) {
    return 1 + 3 * experts + pairs;
}

static inline int32_t *lk_experts_in_use(const lk_view *list) {
    return (int32_t *)(void *)list->data;
}

static inline lk_expert_group *lk_expert_groups(const lk_view *list) {
    return (lk_expert_group *)(void *)(lk_experts_in_use(list) + 1);
}

/* Row t and choice j of k as t k + j. */
static inline int32_t *lk_expert_pairs(const lk_view *list, int64_t experts) {
    return lk_experts_in_use(list) + 1 + 3 * experts;
}

/* The group of the a-th expert in use; false when fewer are, or when it is none that there can be (a fault).
 * pairs: those of the live rows. */
bool lk_expert_group_read(const lk_op_state *op, const lk_view *list, int64_t experts, int64_t pairs,
                          int64_t a, lk_expert_group *group);

#endif
