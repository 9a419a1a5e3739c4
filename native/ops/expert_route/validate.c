#include "ops/demand.h"
#include "ops/expert_route/route.h"
#include <math.h>

static void demand_flag(lk_demand *demand, int32_t value, const char *name) {
    lk_demand_that(demand, value == 0 || value == 1, "%s is %d, not 0 or 1", name, value);
}

static void demand_groups(lk_demand *demand, const lk_expert_route *route) {
    const int64_t groups = route->groups, used = route->groups_used;
    lk_demand_that(demand, groups >= 0, "groups is %lld", (long long)groups);
    lk_demand_that(demand, used >= 0 && (used <= groups || used == 1), "%lld of %lld groups are used",
                   (long long)used, (long long)groups);
    if (groups < 2 || demand->failed) return;
    const int64_t size = route->experts / groups;
    lk_demand_that(demand, route->experts % groups == 0, "%lld experts do not divide among %lld groups",
                   (long long)route->experts, (long long)groups);
    lk_demand_that(demand, used > 0, "no group is used");
    lk_demand_that(demand, !route->by_best_two || size > 1, "groups of 1 expert have no best two");
    lk_demand_that(demand, route->chosen <= used * size, "%lld experts chosen of %lld groups of %lld",
                   (long long)route->chosen, (long long)used, (long long)size);
}

const char *lk_expert_route_validate(const lk_op_state *op, char *text, size_t size) {
    const lk_view *dst = &op->dst, *logits = &op->src[0], *bias = &op->src[1];
    const lk_expert_route route = lk_expert_route_of(op);
    lk_demand demand = {text, size, false};
    lk_demand_matrix(&demand, dst, "dst", LK_TYPE_I32);
    lk_demand_matrix(&demand, logits, "logits", LK_TYPE_F32);
    lk_demand_that(&demand, route.experts <= LK_EXPERTS_MOST, "%lld experts, %d are possible",
                   (long long)route.experts, LK_EXPERTS_MOST);
    lk_demand_that(&demand, route.chosen > 0 && route.chosen <= route.experts, "%lld of %lld experts chosen",
                   (long long)route.chosen, (long long)route.experts);
    lk_demand_that(&demand, dst->dims[0] == 2 * route.chosen && dst->dims[1] == logits->dims[1],
                   "dst is [%lld, %lld], not [%lld, %lld]", (long long)dst->dims[0], (long long)dst->dims[1],
                   2 * (long long)route.chosen, (long long)logits->dims[1]);
    lk_demand_that(&demand,
                   route.kind >= LK_GATING_KIND_SOFT_MAX && route.kind <= LK_GATING_KIND_SOFT_MAX_CHOSEN,
                   "gating kind %d", route.kind);
    demand_flag(&demand, op->params[2], "renormalize");
    demand_flag(&demand, op->params[6], "group score");
    lk_demand_that(&demand, isfinite(route.scale), "scale is %g", (double)route.scale);
    demand_groups(&demand, &route);
    if (lk_present(bias)) lk_demand_vector(&demand, bias, "choice bias", LK_TYPE_F32, route.experts);
    return lk_demand_result(&demand);
}
