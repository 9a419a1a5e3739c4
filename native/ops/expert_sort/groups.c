#include "ops/expert_sort/groups.h"

bool lk_expert_group_read(const lk_op_state *op, const lk_view *list, int64_t experts, int64_t pairs,
                          int64_t a, lk_expert_group *group) {
    const int64_t used = *lk_experts_in_use(list);
    if (used < 0 || used > experts || used > pairs) {
        lk_fault(op);
        return false;
    }
    if (a >= used) return false;
    *group = lk_expert_groups(list)[a];
    const bool possible = group->expert >= 0 && group->expert < experts && group->first >= 0 &&
                          group->first < group->end && group->end <= pairs;
    if (!possible) lk_fault(op);
    return possible;
}
