/* What EXPERT_ROUTE's record says. */
#ifndef LK_EXPERT_ROUTE_H
#define LK_EXPERT_ROUTE_H

#include "ops/ops.h"

enum {
    LK_EXPERTS_MOST = 1024 /* their scores lie on the stack: a row op has no scratch */
};

typedef struct lk_expert_route {
    int64_t experts, chosen; /* E, k */
    int32_t kind;            /* lk_gating_kind */
    bool renormalized;
    float scale;
    int64_t groups, groups_used; /* 0 or 1 groups: no groups */
    bool by_best_two;
} lk_expert_route;

static inline lk_expert_route lk_expert_route_of(const lk_op_state *op) {
    return (lk_expert_route){.experts = op->src[0].dims[0],
                             .chosen = op->params[0],
                             .kind = op->params[1],
                             .renormalized = op->params[2] != 0,
                             .scale = lk_param_float(op, 3),
                             .groups = op->params[4],
                             .groups_used = op->params[5],
                             .by_best_two = op->params[6] != 0};
}

#endif
