/* few.inc made into a table. */
#include "types/few.h"
#include "types/columns.h"

enum { TYPES = 64 };

#define LK_FEW(NAME, lower, avx512) void lk_##lower##_few_avx512(const lk_few_product *product);
#include "types/few.inc"
#undef LK_FEW

static const lk_few_fn products[TYPES][LK_ISA_COUNT] = {
#define LK_FEW(NAME, lower, avx512)                                                                          \
    [LK_TYPE_##NAME] = {[LK_ISA_AVX512] = X86_KERNEL(avx512, lk_##lower##_few_avx512)},
#include "types/few.inc"
#undef LK_FEW
};

lk_few_fn lk_few_find(const lk_type_kernels *type, lk_isa isa) {
    return type->type < TYPES ? products[type->type][isa] : NULL;
}
