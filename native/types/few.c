/* few.inc made into tables. */
#include "types/few.h"
#include "core/cpu_features.h"
#include "types/columns.h"

enum { TYPES = 64 };

#define LK_FEW(NAME, lower, avx2, avx512)                                                                    \
    void lk_##lower##_few_avx2(const lk_few_product *product);                                               \
    void lk_##lower##_few_avx512(const lk_few_product *product);
#define LK_FEW_VBMI(NAME, lower) void lk_##lower##_few_avx512_vbmi(const lk_few_product *product);
#include "types/few.inc"
#undef LK_FEW
#undef LK_FEW_VBMI

static const lk_few_fn products[TYPES][LK_ISA_COUNT] = {
#define LK_FEW(NAME, lower, avx2, avx512)                                                                    \
    [LK_TYPE_##NAME] = {[LK_ISA_AVX2] = X86_KERNEL(avx2, lk_##lower##_few_avx2),                             \
                        [LK_ISA_AVX512] = X86_KERNEL(avx512, lk_##lower##_few_avx512)},
#define LK_FEW_VBMI(NAME, lower)
#include "types/few.inc"
#undef LK_FEW
#undef LK_FEW_VBMI
};

#if defined(__x86_64__)
static const lk_few_fn with_vbmi[TYPES] = {
#define LK_FEW(NAME, lower, avx2, avx512)
#define LK_FEW_VBMI(NAME, lower) [LK_TYPE_##NAME] = lk_##lower##_few_avx512_vbmi,
#include "types/few.inc"
#undef LK_FEW
#undef LK_FEW_VBMI
};
#endif

lk_few_fn lk_few_find(const lk_type_kernels *type, lk_isa isa) {
    if (type->type >= TYPES) return NULL;
#if defined(__x86_64__)
    if (isa == LK_ISA_AVX512 && with_vbmi[type->type] != NULL && lk_cpu_has_vbmi())
        return with_vbmi[type->type];
#endif
    return products[type->type][isa];
}
