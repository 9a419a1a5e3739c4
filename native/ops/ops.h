/* What each op's folder offers to the table in ops.c, declared from lk_ops.inc. */
#ifndef LK_OPS_H
#define LK_OPS_H

#include "core/kernel.h"

#define LK_OP_RUN(lower, isa)                                                                                \
    void lk_##lower##_run_##isa(const lk_op_state *op, int64_t begin, int64_t end, void *scratch);

#define LK_OP(NAME, value, lower, least, most, by_row, planes, updates, shares, has_plain, has_avx2,         \
              has_avx512, has_neon)                                                                          \
    const char *lk_##lower##_validate(const lk_op_state *op, char *text, size_t size);                       \
    int64_t lk_##lower##_units(const lk_op_state *op);                                                       \
    int64_t lk_##lower##_scratch(const lk_op_state *op);                                                     \
    int64_t lk_##lower##_shared(const lk_op_state *op);                                                      \
    LK_OP_RUN(lower, reference)                                                                              \
    LK_OP_RUN(lower, plain) LK_OP_RUN(lower, avx2) LK_OP_RUN(lower, avx512) LK_OP_RUN(lower, neon)
#include "lk_ops.inc"
#undef LK_OP
#undef LK_OP_RUN

static inline bool lk_present(const lk_view *view) {
    return view->data != NULL;
}

/* Element i of a one-dimensional i32 tensor. */
static inline int32_t lk_index(const lk_view *view, int64_t i) {
    return ((const int32_t *)(const void *)view->data)[i];
}

static inline float *lk_float_row(const lk_view *view, int64_t row) {
    return (float *)(void *)lk_row(view, row);
}

/* Tells the submit that an id, slot, sequence or block lies outside its range. */
static inline void lk_fault(const lk_op_state *op) {
    atomic_store_explicit(op->fault, 1, memory_order_relaxed);
}

#endif
