/* A scalar loop in avx2.c gives the right numbers: only the count of its instructions gives it away. */
#include "core/cpu_features.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/instruction_count.h"
#include "tests/weights.h"
#include "types/product.h"
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 32, MOST_COLUMNS = 6, LENGTH = 256 };

typedef struct product {
    lk_isa isa;
    const lk_type_kernels *type;
    int32_t activation, columns;
    guarded w, x;
    float dst[ROWS * MOST_COLUMNS];
} product;

static void multiply(void *context) {
    product *p = context;
    const lk_product run = {.dst = p->dst,
                            .dst_stride = ROWS,
                            .rows = ROWS,
                            .columns = p->columns,
                            .planes = 1,
                            .k = LENGTH,
                            .w = p->w.data,
                            .w_stride = lk_row_bytes(p->type->type, LENGTH),
                            .layout = LK_LAYOUT_PANELS,
                            .x = p->x.data,
                            .x_type = p->activation,
                            .x_stride = lk_row_bytes(p->activation, LENGTH)};
    lk_product_run(p->type, p->isa, &run);
}

static void nothing(void *context) {
    (void)context;
}

/* Instructions that 256 multiply-adds may take: a loop of one element at a time has three each at the very
 * least (load, multiply- add, count), 768. Of 32 rows x one column the unpacking of a weight is all on one
 * product; 6 columns share it, and even the limits of the codebooks,
 * whose points are loaded one by one, lie far below a scalar loop. The limits are those of 32-byte vectors.
 */
typedef struct limits {
    int32_t type;
    int32_t alone, shared;
} limits;

static const limits table[] = {
    {LK_TYPE_F32, 200, 100},   {LK_TYPE_F16, 200, 100},     {LK_TYPE_BF16, 220, 104},
    {LK_TYPE_Q4_0, 150, 90},   {LK_TYPE_Q4_1, 180, 95},     {LK_TYPE_Q5_0, 225, 110},
    {LK_TYPE_Q5_1, 255, 110},  {LK_TYPE_Q8_0, 190, 110},    {LK_TYPE_Q2_K, 195, 85},
    {LK_TYPE_Q3_K, 195, 80},   {LK_TYPE_Q4_K, 288, 100},    {LK_TYPE_Q5_K, 384, 110},
    {LK_TYPE_Q6_K, 384, 110},  {LK_TYPE_IQ4_NL, 200, 120},  {LK_TYPE_IQ4_XS, 200, 105},
    {LK_TYPE_MXFP4, 165, 75},  {LK_TYPE_IQ2_XXS, 325, 100}, {LK_TYPE_IQ2_XS, 345, 110},
    {LK_TYPE_IQ2_S, 345, 110}, {LK_TYPE_IQ3_XXS, 420, 115}, {LK_TYPE_IQ3_S, 500, 125},
    {LK_TYPE_IQ1_S, 290, 90},  {LK_TYPE_IQ1_M, 335, 100},   {LK_TYPE_TQ1_0, 300, 75},
    {LK_TYPE_TQ2_0, 200, 65},
};

/* What 256 multiply-adds cost, calls and set-up included. */
static int64_t count_step(product *p, int32_t columns) {
    enum { MOST = 4096 };
    p->columns = columns;
    return instruction_count(multiply, p, (int64_t)MOST * ROWS * columns) * 256 /
           ((int64_t)LENGTH * ROWS * columns);
}

static void check_kernel(const lk_type_kernels *type, lk_isa isa, const limits *limit) {
    random_state random = check_random(type->name);
    product p = {.isa = isa, .type = type, .activation = lk_product_activation(type, isa)};
    p.w = guarded_create((size_t)(ROWS * lk_row_bytes(type->type, LENGTH)), 0);
    p.x = guarded_create((size_t)(MOST_COLUMNS * lk_row_bytes(p.activation, LENGTH)), 0);
    weights_fill(p.w.data, type, ROWS * LENGTH, &random);
    activations_fill(p.x.data, p.activation, MOST_COLUMNS * LENGTH, &random);
    const int64_t alone = count_step(&p, 1), shared = count_step(&p, MOST_COLUMNS);
    printf("%-7s %s: %lld instructions per 256 multiply-adds of 1 column, %lld of 6\n", type->name,
           lk_isa_name(isa), (long long)alone, (long long)shared);
    check_that(alone > 0 && alone <= limit->alone, "%s %s 1 column: %lld instructions, the limit is %d",
               type->name, lk_isa_name(isa), (long long)alone, limit->alone);
    check_that(shared > 0 && shared <= limit->shared, "%s %s 6 columns: %lld instructions, the limit is %d",
               type->name, lk_isa_name(isa), (long long)shared, limit->shared);
    guarded_free(&p.w);
    guarded_free(&p.x);
}

static const limits *limits_of(int32_t type) {
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); ++i)
        if (table[i].type == type) return &table[i];
    return NULL;
}

static void check_type(const lk_type_kernels *type) {
    const limits *limit = limits_of(type->type);
    if (!check_that(limit != NULL, "%s has no limit of instructions here", type->name)) return;
    /* The lower ISAs are counted under their own masks. */
    const lk_isa isa = lk_isa_highest(check.isas);
    if (isa >= LK_ISA_AVX2 && lk_type_has(type, isa)) check_kernel(type, isa, limit);
}

bool check_instructions(void) {
#if defined(LK_SANITIZED)
    printf("instructions are not counted in a build with sanitizers, whose checks are instructions too\n");
    return false;
#endif
    if (instruction_count(nothing, NULL, 1000000) < 0) {
        printf("instructions cannot be counted here: no child can be stepped (ptrace)\n");
        return false;
    }
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) check_type(lk_type_find(value));
#include "lk_types.inc"
#undef LK_TYPE
    check_expert_instructions();
    check_attention_instructions();
    check_encoder_instructions();
    return true;
}
