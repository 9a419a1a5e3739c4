/* The table of element types: lk_types.inc made into kernels. */
#include "core/cpu_features.h"
#include "types/columns.h"
#include "types/dense.h"
#include "types/functions.h"
#include "types/kinds.h"
#include "types/layout.h"

/* The kernels of a type by the length of its blocks: single elements are multiplied as they are. */
#define UNPACK(lower, avx2, avx512, neon)                                                                    \
    .unpack = {[LK_ISA_AVX2] = X86_KERNEL(avx2, lk_##lower##_unpack_avx2),                                   \
               [LK_ISA_AVX512] = X86_KERNEL(avx512, lk_##lower##_unpack_avx512),                             \
               [LK_ISA_NEON] = ARM_KERNEL(neon, lk_##lower##_unpack_neon)}
#define KERNELS_256 UNPACK
#define KERNELS_32 UNPACK
#define KERNELS_1(lower, avx2, avx512, neon)                                                                 \
    .multiply = {[LK_ISA_AVX2] = X86_KERNEL(avx2, lk_##lower##_multiply_avx2),                               \
                 [LK_ISA_AVX512] = X86_KERNEL(avx512, lk_##lower##_multiply_avx512),                         \
                 [LK_ISA_NEON] = ARM_KERNEL(neon, lk_##lower##_multiply_neon)}

static const lk_type_kernels types[] = {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon)                                       \
    {value,                                                                                                  \
     #NAME,                                                                                                  \
     length,                                                                                                 \
     bytes,                                                                                                  \
     &lk_##lower##_layout,                                                                                   \
     lk_##lower##_dequantize,                                                                                \
     KERNELS_##length(lower, avx2, avx512, neon)},
#include "lk_types.inc"
#undef LK_TYPE
};

#if defined(__x86_64__)
static const struct {
    int32_t type;
    lk_unpack_fn unpack;
} with_vbmi[] = {
    {LK_TYPE_IQ2_XXS, lk_iq2_xxs_unpack_avx512_vbmi}, {LK_TYPE_IQ2_XS, lk_iq2_xs_unpack_avx512_vbmi},
    {LK_TYPE_IQ2_S, lk_iq2_s_unpack_avx512_vbmi},     {LK_TYPE_IQ3_XXS, lk_iq3_xxs_unpack_avx512_vbmi},
    {LK_TYPE_IQ1_S, lk_iq1_s_unpack_avx512_vbmi},     {LK_TYPE_IQ1_M, lk_iq1_m_unpack_avx512_vbmi},
    {LK_TYPE_IQ3_S, lk_iq3_s_unpack_avx512_vbmi},
};
#endif

lk_unpack_fn lk_type_unpack(const lk_type_kernels *type, lk_isa isa) {
#if defined(__x86_64__)
    for (size_t i = 0; isa == LK_ISA_AVX512 && i < sizeof with_vbmi / sizeof *with_vbmi; i++)
        if (with_vbmi[i].type == type->type && lk_cpu_has_vbmi()) return with_vbmi[i].unpack;
#endif
    return type->unpack[isa];
}

/* Types whose unpackers for AVX-512 put scales into quants, where bytes have room for them. */
static const struct {
    int32_t type;
    lk_panel_kind kind;
} folded[] = {{LK_TYPE_Q2_K, LK_KIND_q2_k_folded}, {LK_TYPE_Q3_K, LK_KIND_q3_k_folded}};

const lk_panel_kind *lk_type_panel(const lk_type_kernels *type, lk_isa isa) {
    for (size_t i = 0; isa == LK_ISA_AVX512 && i < sizeof folded / sizeof *folded; i++)
        if (folded[i].type == type->type) return &folded[i].kind;
    return &type->layout->panel;
}

bool lk_type_has(const lk_type_kernels *type, lk_isa isa) {
    return isa <= LK_ISA_PLAIN || type->unpack[isa] != NULL || type->multiply[isa] != NULL;
}

const lk_type_kernels *lk_type_find(int32_t type) {
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (types[i].type == type) return &types[i];
    return NULL;
}

int32_t lk_type_activation(int32_t type) {
    const lk_type_kernels *kernels = lk_type_find(type);
    if (!kernels) return -1;
    return kernels->block_length == 1 ? LK_TYPE_F32 : LK_TYPE_A8;
}

bool lk_type_multiplies(int32_t type, int32_t activation) {
    const int32_t usual = lk_type_activation(type);
    return usual != -1 && (activation == usual || (usual == LK_TYPE_A8 && activation == LK_TYPE_A8X2) ||
                           (type == LK_TYPE_BF16 && activation == LK_TYPE_BF16));
}

int64_t lk_row_bytes(int32_t type, int64_t n) {
    if (n < 0 || n > INT64_MAX - LK_BLOCK_LENGTH_A8) return -1;
    const lk_type_kernels *kernels = lk_type_find(type);
    int64_t length = 1, bytes = LK_BLOCK_BYTES_I32;
    if (type == LK_TYPE_A8 || type == LK_TYPE_A8X2) {
        length = LK_BLOCK_LENGTH_A8;
        bytes = type == LK_TYPE_A8 ? LK_BLOCK_BYTES_A8 : LK_BLOCK_BYTES_A8X2;
        n = (n + length - 1) / length * length;
    } else if (kernels) {
        length = kernels->block_length;
        bytes = kernels->block_bytes;
    } else if (type != LK_TYPE_I32) {
        return -1;
    }
    if (n % length != 0 || n / length > INT64_MAX / bytes) return -1;
    return n / length * bytes;
}
