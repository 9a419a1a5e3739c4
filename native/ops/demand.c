#include "ops/demand.h"
#include "ops/ops.h"
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

const char *lk_demand_result(const lk_demand *demand) {
    return demand->failed ? demand->text : NULL;
}

const char *lk_demand_type_name(int32_t type) {
    if (type == LK_TYPE_I32) return "i32";
    if (type == LK_TYPE_A8) return "a8";
    const lk_type_kernels *kernels = lk_type_find(type);
    return kernels ? kernels->name : "of an unknown type";
}

static int64_t block_bytes_of(int32_t type) {
    if (type == LK_TYPE_I32) return LK_BLOCK_BYTES_I32;
    if (type == LK_TYPE_A8) return LK_BLOCK_BYTES_A8;
    const lk_type_kernels *kernels = lk_type_find(type);
    return kernels ? kernels->block_bytes : 0;
}

/* Bytes that every stride of the type is a multiple of. */
static int64_t alignment_of(int32_t type) {
    switch (type) {
    case LK_TYPE_F32:
    case LK_TYPE_I32:
    case LK_TYPE_A8:
        return 4;
    case LK_TYPE_F16:
    case LK_TYPE_BF16:
        return 2;
    default:
        return 1;
    }
}

void lk_demand_tensor(lk_demand *demand, const lk_view *view, const char *name, int32_t type) {
    lk_demand_that(demand, lk_present(view), "%s is absent", name);
    lk_demand_that(demand, view->type == type, "%s is %s, not %s", name, lk_demand_type_name(view->type),
                   lk_demand_type_name(type));
    for (int i = 0; i < 4; i++) {
        lk_demand_that(demand, view->dims[i] >= 1 && view->dims[i] <= INT32_MAX, "dimension %d of %s is %lld",
                       i, name, (long long)view->dims[i]);
        lk_demand_that(demand, view->strides[i] >= 0 && view->strides[i] % alignment_of(type) == 0,
                       "stride %d of %s is %lld bytes", i, name, (long long)view->strides[i]);
    }
    lk_demand_that(demand, view->strides[0] == block_bytes_of(type), "stride 0 of %s is %lld bytes, not %lld",
                   name, (long long)view->strides[0], (long long)block_bytes_of(type));
    lk_demand_that(demand, demand->failed || lk_row_bytes(type, view->dims[0]) > 0,
                   "%s has %lld columns, which is no whole number of %s blocks", name,
                   (long long)view->dims[0], lk_demand_type_name(type));
}

void lk_demand_matrix(lk_demand *demand, const lk_view *view, const char *name, int32_t type) {
    lk_demand_tensor(demand, view, name, type);
    lk_demand_that(demand, view->dims[2] == 1 && view->dims[3] == 1, "%s has more than 2 dimensions", name);
    lk_demand_that(
        demand, demand->failed || view->dims[1] == 1 || view->strides[1] >= lk_row_bytes(type, view->dims[0]),
        "rows of %s overlap: they are %lld bytes apart", name, (long long)view->strides[1]);
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

void lk_demand_row_pair(lk_demand *demand, const lk_op_state *op) {
    const lk_view *dst = &op->dst, *a = &op->src[0], *b = &op->src[1];
    lk_demand_matrix(demand, dst, "dst", LK_TYPE_F32);
    lk_demand_matrix(demand, a, "a", LK_TYPE_F32);
    lk_demand_matrix(demand, b, "b", LK_TYPE_F32);
    lk_demand_same(demand, a, "a", dst, "dst");
    if (b->dims[1] != 1) lk_demand_same(demand, b, "b", dst, "dst");
    lk_demand_that(demand, b->dims[0] == dst->dims[0], "b has %lld columns, dst has %lld",
                   (long long)b->dims[0], (long long)dst->dims[0]);
}
