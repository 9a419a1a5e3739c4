/* The same for every ISA: a row has a few hundred experts, next to the products that follow. */
#include "ops/expert_route/route.h"
#include <math.h>
#include <string.h>

/* Ahead in the order of choice: larger, and every number ahead of NaN. */
static bool is_ahead(double a, double b) {
    return a > b || (isnan(b) && !isnan(a));
}

/* Puts a candidate among the best so far, of which there are at most k; candidates come by rising index, so
 * that of equals the lower one stays ahead. The number of best. */
static int64_t enter(int32_t *best, int64_t count, int64_t k, int32_t candidate, const double *scores) {
    int64_t at = count < k ? count++ : k;
    while (at > 0 && is_ahead(scores[candidate], scores[best[at - 1]])) {
        if (at < k) best[at] = best[at - 1];
        at--;
    }
    if (at < k) best[at] = candidate;
    return count;
}

static void soft_max(double *dst, const double *x, int64_t n) {
    double largest = -INFINITY, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        if (x[i] > largest) largest = x[i];
    }
    for (int64_t i = 0; i < n; i++) sum += dst[i] = exp(x[i] - largest);
    for (int64_t i = 0; i < n; i++) dst[i] /= sum;
}

/* In place of logits; those of SOFT_MAX_CHOSEN stay, until it is known which are chosen. */
static void make_probabilities(double *p, const lk_expert_route *route) {
    if (route->kind == LK_GATING_KIND_SOFT_MAX) soft_max(p, p, route->experts);
    if (route->kind != LK_GATING_KIND_SIGMOID) return;
    for (int64_t e = 0; e < route->experts; e++) p[e] = 1 / (1 + exp(-p[e]));
}

static double group_score(const double *scores, int64_t size, bool by_best_two) {
    int32_t best[2];
    int64_t count = 0;
    for (int64_t e = 0; e < size; e++) count = enter(best, count, 2, (int32_t)e, scores);
    return by_best_two ? scores[best[0]] + scores[best[1]] : scores[best[0]];
}

static void find_open_groups(bool *open, const double *scores, const lk_expert_route *route) {
    double of_groups[LK_EXPERTS_MOST];
    int32_t best[LK_EXPERTS_MOST];
    const int64_t size = route->experts / route->groups;
    int64_t count = 0;
    for (int64_t g = 0; g < route->groups; g++) {
        open[g] = false;
        of_groups[g] = group_score(scores + g * size, size, route->by_best_two);
        count = enter(best, count, route->groups_used, (int32_t)g, of_groups);
    }
    for (int64_t i = 0; i < count; i++) open[best[i]] = true;
}

static void choose(int32_t *chosen, const double *scores, const lk_expert_route *route) {
    bool open[LK_EXPERTS_MOST] = {true};
    const int64_t size = route->groups > 1 ? route->experts / route->groups : route->experts;
    if (route->groups > 1) find_open_groups(open, scores, route);
    int64_t count = 0;
    for (int64_t e = 0; e < route->experts; e++) {
        if (open[e / size]) count = enter(chosen, count, route->chosen, (int32_t)e, scores);
    }
}

/* Probabilities that are all too small for a sum stay what they are. */
static void renormalize(double *weights, int64_t k) {
    double sum = 0;
    for (int64_t i = 0; i < k; i++) sum += weights[i];
    for (int64_t i = 0; i < k && sum > 0; i++) weights[i] /= sum;
}

static void route_row(int32_t *dst, const float *logits, const float *bias, const lk_expert_route *route) {
    double probabilities[LK_EXPERTS_MOST], scores[LK_EXPERTS_MOST];
    for (int64_t e = 0; e < route->experts; e++) probabilities[e] = logits[e];
    make_probabilities(probabilities, route);
    for (int64_t e = 0; e < route->experts; e++) scores[e] = probabilities[e] + (bias ? bias[e] : 0);
    choose(dst, scores, route);
    double *weights = scores;
    for (int64_t i = 0; i < route->chosen; i++) weights[i] = probabilities[dst[i]];
    if (route->kind == LK_GATING_KIND_SOFT_MAX_CHOSEN) soft_max(weights, weights, route->chosen);
    if (route->renormalized) renormalize(weights, route->chosen);
    for (int64_t i = 0; i < route->chosen; i++) {
        const float weight = (float)(weights[i] * route->scale);
        memcpy(&dst[route->chosen + i], &weight, sizeof weight);
    }
}

void lk_expert_route_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const lk_expert_route route = lk_expert_route_of(op);
    const float *bias = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], 0) : NULL;
    for (int64_t row = begin; row < end; row++) {
        route_row((int32_t *)(void *)lk_row(&op->dst, row), lk_float_row(&op->src[0], row), bias, &route);
    }
}
