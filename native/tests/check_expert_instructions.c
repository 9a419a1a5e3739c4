/* What MAT_MUL_ID adds to the instructions of its kernel. */
#include "core/cpu_features.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/instruction_count.h"
#include "tests/weights.h"
#include "types/product.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* MAT_MUL_ID over two experts, each of which some rows have chosen, and the same products by the kernel
 * alone. */
enum { EXPERTS = 2, MATRIX_ROWS = 64, LENGTH = 512, ROWS_MOST = 4 };

typedef struct expert_product {
    lk_op_state state;
    const lk_op_impl *impl;
    int64_t units;
    void *scratch;
    _Atomic int32_t fault;
    int32_t groups[1 + 3 * EXPERTS + EXPERTS * ROWS_MOST];
} expert_product;

static void multiply_experts(void *context) {
    expert_product *p = context;
    p->impl->run[LK_ISA_REFERENCE](&p->state, 0, p->units, p->scratch);
}

static void multiply_kernel(void *context) {
    expert_product *p = context;
    const lk_view *w = &p->state.src[0], *x = &p->state.src[1];
    for (int64_t e = 0; e < EXPERTS; ++e)
        lk_product_run(p->state.weights, p->state.isa,
                       &(lk_product){.dst = (float *)(void *)p->state.dst.data,
                                     .dst_stride = MATRIX_ROWS,
                                     .w = w->data + e * w->strides[2],
                                     .w_stride = w->strides[1],
                                     .rows = MATRIX_ROWS,
                                     .x = x->data,
                                     .x_stride = x->strides[1],
                                     .columns = (int32_t)p->state.rows,
                                     .planes = 1,
                                     .k = LENGTH});
}

static lk_view view_of(int32_t type, void *data, int64_t d0, int64_t d1, int64_t d2) {
    const int64_t row = lk_row_bytes(type, d0);
    return (lk_view){
        .data = data, .type = type, .dims = {d0, d1, d2, 1}, .strides = {0, row, row * d1, row * d1 * d2}};
}

/* Every row chooses both experts. */
static void fill_groups(expert_product *p, int32_t rows) {
    const int32_t head[] = {EXPERTS, 0, 0, rows, 1, rows, 2 * rows};
    memcpy(p->groups, head, sizeof(head));
    for (int32_t i = 0; i < EXPERTS * rows; ++i)
        p->groups[1 + 3 * EXPERTS + i] = i % rows * EXPERTS + i / rows;
}

static void check_over(lk_isa isa, int32_t rows, int32_t percent) {
    const lk_type_kernels *type = lk_type_find(LK_TYPE_Q4_0);
    random_state random = check_random("experts");
    guarded w = guarded_create((size_t)(EXPERTS * MATRIX_ROWS * lk_row_bytes(type->type, LENGTH)), 0);
    guarded x = guarded_create((size_t)(rows * lk_row_bytes(LK_TYPE_A8, LENGTH)), 0);
    guarded dst = guarded_create(sizeof(float) * EXPERTS * MATRIX_ROWS * (size_t)rows, 0);
    weights_fill(w.data, type, EXPERTS * MATRIX_ROWS * LENGTH, &random);
    for (int32_t r = 0; r < rows; ++r)
        activations_fill(x.data + r * lk_row_bytes(LK_TYPE_A8, LENGTH), LK_TYPE_A8, LENGTH, &random);
    expert_product p = {.impl = lk_op_find(LK_OPCODE_MAT_MUL_ID)};
    fill_groups(&p, rows);
    p.state = (lk_op_state){.rows = rows, .planes = 1, .isa = isa, .weights = type, .fault = &p.fault};
    p.state.dst = view_of(LK_TYPE_F32, dst.data, MATRIX_ROWS, rows, EXPERTS);
    p.state.src[0] = view_of(type->type, w.data, LENGTH, MATRIX_ROWS, EXPERTS);
    p.state.src[1] = view_of(LK_TYPE_A8, x.data, LENGTH, rows, 1);
    p.state.src[2] = view_of(LK_TYPE_I32, p.groups, 1 + 3 * EXPERTS + EXPERTS * rows, 1, 1);
    p.units = p.impl->units(&p.state);
    p.scratch = aligned_alloc(64, (size_t)(p.impl->scratch(&p.state) + 63) / 64 * 64);
    const int64_t alone = instruction_count(multiply_kernel, &p, 1 << 20);
    const int64_t all = instruction_count(multiply_experts, &p, 1 << 20);
    printf("MAT_MUL_ID %s: %lld instructions over %d rows, its kernel %lld\n", lk_isa_name(isa),
           (long long)all, rows, (long long)alone);
    check_that(alone > 0 && all > alone && all - alone <= alone * percent / 100,
               "MAT_MUL_ID %s over %d rows: %lld instructions, %lld of them its kernel's", lk_isa_name(isa),
               rows, (long long)all, (long long)alone);
    free(p.scratch);
    guarded_free(&w);
    guarded_free(&x);
    guarded_free(&dst);
}

/* One row is read where it lies; several are gathered, and their results scattered. */
void check_expert_instructions(void) {
    for (int isa = LK_ISA_AVX2; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || !lk_type_has(lk_type_find(LK_TYPE_Q4_0), (lk_isa)isa)) continue;
        check_over((lk_isa)isa, 1, 4);
        check_over((lk_isa)isa, ROWS_MOST, 6);
    }
}
