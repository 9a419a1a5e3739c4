/* The table of ops: a row of lk_ops.inc each. */
#include "ops/ops.h"

/* A row op's units are its rows, and none of them needs scratch. */
#define LK_OP_UNITS_1(lower) NULL
#define LK_OP_UNITS_0(lower) lk_##lower##_units
#define LK_OP_SCRATCH_1(lower) NULL
#define LK_OP_SCRATCH_0(lower) lk_##lower##_scratch

#define LK_OP_SHARED_0(lower) NULL
#define LK_OP_SHARED_1(lower) lk_##lower##_shared

#define LK_OP_RUN_0(lower, isa) NULL
#define LK_OP_RUN_1(lower, isa) lk_##lower##_run_##isa

#if defined(__x86_64__) || defined(_M_X64)
#define LK_OP_RUN_AVX2(exists, lower) LK_OP_RUN_##exists(lower, avx2)
#define LK_OP_RUN_AVX512(exists, lower) LK_OP_RUN_##exists(lower, avx512)
#else
#define LK_OP_RUN_AVX2(exists, lower) NULL
#define LK_OP_RUN_AVX512(exists, lower) NULL
#endif

#if defined(__aarch64__) || defined(_M_ARM64)
#define LK_OP_RUN_NEON(exists, lower) LK_OP_RUN_##exists(lower, neon)
#else
#define LK_OP_RUN_NEON(exists, lower) NULL
#endif

#define LK_OP(NAME, value, lower, least, most, row_wise, plane_wise, updated, shares, has_plain, has_avx2,   \
              has_avx512, has_neon)                                                                          \
    {                                                                                                        \
        .opcode = value,                                                                                     \
        .name = #NAME,                                                                                       \
        .least_sources = least,                                                                              \
        .most_sources = most,                                                                                \
        .by_row = row_wise,                                                                                  \
        .by_plane = plane_wise,                                                                              \
        .updates = updated,                                                                                  \
        .validate = lk_##lower##_validate,                                                                   \
        .units = LK_OP_UNITS_##row_wise(lower),                                                              \
        .scratch = LK_OP_SCRATCH_##row_wise(lower),                                                          \
        .shared = LK_OP_SHARED_##shares(lower),                                                              \
        .run = {[LK_ISA_REFERENCE] = lk_##lower##_run_reference,                                             \
                [LK_ISA_PLAIN] = LK_OP_RUN_##has_plain(lower, plain),                                        \
                [LK_ISA_AVX2] = LK_OP_RUN_AVX2(has_avx2, lower),                                             \
                [LK_ISA_AVX512] = LK_OP_RUN_AVX512(has_avx512, lower),                                       \
                [LK_ISA_NEON] = LK_OP_RUN_NEON(has_neon, lower)},                                            \
    },
static const lk_op_impl table[] = {
#include "lk_ops.inc"
};
#undef LK_OP

const lk_op_impl *lk_op_find(int32_t opcode) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].opcode == opcode) return &table[i];
    }
    return NULL;
}
