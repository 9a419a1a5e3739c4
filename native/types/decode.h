/* Dequantizers for one ISA, whose values are those of the type's own to the bit. */
#ifndef LK_DECODE_H
#define LK_DECODE_H

#include "core/kernel.h"

void lk_f16_decode_avx2(float *dst, const void *src, int64_t n);
void lk_bf16_decode_avx2(float *dst, const void *src, int64_t n);

/* The fastest for one of the allowed ISAs: lk_type_kernels.dequantize where no other is worth having. */
lk_dequantize_fn lk_type_decoder(const lk_type_kernels *type, uint32_t allowed);

#endif
