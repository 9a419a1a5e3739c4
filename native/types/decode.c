#include "types/decode.h"
#include "types/columns.h"

/* Whole models are read in these two types when they are quantized; of blocks, the encoding is what takes
 * time. */
static const struct {
    int32_t type;
    lk_dequantize_fn avx2;
} decoders[] = {
    {LK_TYPE_F16, X86_KERNEL(1, lk_f16_decode_avx2)},
    {LK_TYPE_BF16, X86_KERNEL(1, lk_bf16_decode_avx2)},
};

lk_dequantize_fn lk_type_decoder(const lk_type_kernels *type, uint32_t allowed) {
    const bool has_avx2 = (allowed >> LK_ISA_AVX2 & 1) != 0;
    for (size_t i = 0; has_avx2 && i < sizeof decoders / sizeof decoders[0]; i++)
        if (decoders[i].type == type->type && decoders[i].avx2 != NULL) return decoders[i].avx2;
    return type->dequantize;
}
