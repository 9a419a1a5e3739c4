#include "ops/demand.h"
#include "core/program.h"
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

void lk_demand_that(lk_demand *demand, bool holds, const char *format, ...) {
    if (holds || demand->failed) return;
    demand->failed = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(demand->text, demand->size, format, arguments);
    va_end(arguments);
}

void lk_demand_norm(lk_demand *demand, const lk_op_state *op) {
    const lk_view *dst = &op->dst, *x = &op->src[0];
    const double eps = lk_param_float(op, 0);
    const int64_t width = op->params[1];
    lk_demand_matrix(demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(demand, x, "x", LK_TYPE_F32);
    lk_demand_same(demand, x, "x", dst, "dst");
    lk_demand_that(demand, isfinite(eps) && eps >= 0, "eps is %g", eps);
    lk_demand_that(demand, width > 0, "width is %lld", (long long)width);
    lk_demand_that(demand, width > 0 && x->dims[0] % width == 0,
                   "x has %lld columns, not a multiple of width %lld", (long long)x->dims[0],
                   (long long)width);
}

const char *lk_demand_result(const lk_demand *demand) {
    return demand->failed ? demand->text : NULL;
}

void lk_demand_tensor(lk_demand *demand, const lk_view *view, const char *name, int32_t type) {
    lk_demand_that(demand, view->type == type, "%s is %s, not %s", name, lk_type_label(view->type),
                   lk_type_label(type));
}

void lk_demand_matrix(lk_demand *demand, const lk_view *view, const char *name, int32_t type) {
    lk_demand_tensor(demand, view, name, type);
    lk_demand_that(demand, view->dims[2] == 1 && view->dims[3] == 1, "%s has more than 2 dimensions", name);
}

void lk_demand_vector(lk_demand *demand, const lk_view *view, const char *name, int32_t type, int64_t n) {
    lk_demand_tensor(demand, view, name, type);
    lk_demand_that(demand, view->dims[1] == 1 && view->dims[2] == 1 && view->dims[3] == 1,
                   "%s has more than 1 dimension", name);
    lk_demand_that(demand, view->dims[0] == n, "%s has %lld elements, not %lld", name,
                   (long long)view->dims[0], (long long)n);
}

void lk_demand_same(lk_demand *demand, const lk_view *a, const char *a_name, const lk_view *b,
                    const char *b_name) {
    lk_demand_that(demand, a->dims[0] == b->dims[0] && a->dims[1] == b->dims[1],
                   "%s is [%lld, %lld], %s is [%lld, %lld]", a_name, (long long)a->dims[0],
                   (long long)a->dims[1], b_name, (long long)b->dims[0], (long long)b->dims[1]);
}

void lk_demand_rows(lk_demand *demand, const lk_op_state *op, int source, const char *name, int64_t n) {
    const lk_view *rows = &op->src[source];
    lk_demand_matrix(demand, rows, name, LK_TYPE_F32);
    lk_demand_that(demand, rows->dims[0] == n && rows->dims[1] == op->dst.dims[1],
                   "%s is [%lld, %lld], not [%lld, %lld]", name, (long long)rows->dims[0],
                   (long long)rows->dims[1], (long long)n, (long long)op->dst.dims[1]);
}

void lk_demand_row_pair(lk_demand *demand, const lk_op_state *op) {
    const lk_view *dst = &op->dst, *a = &op->src[0], *b = &op->src[1];
    lk_demand_matrix(demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(demand, a, "a", LK_TYPE_F32);
    lk_demand_matrix(demand, b, "b", LK_TYPE_F32);
    lk_demand_same(demand, a, "a", dst, "dst");
    lk_demand_that(demand,
                   (b->dims[0] == 1 || b->dims[0] == dst->dims[0]) &&
                       (b->dims[1] == 1 || b->dims[1] == dst->dims[1]),
                   "b is [%lld, %lld], neither dst's [%lld, %lld] nor 1 in its place", (long long)b->dims[0],
                   (long long)b->dims[1], (long long)dst->dims[0], (long long)dst->dims[1]);
}
