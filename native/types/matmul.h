/* The functions of every type folder, and the two matmuls that need nothing of a type but its dequantizer. */
#ifndef LK_MATMUL_H
#define LK_MATMUL_H

#include "core/kernel.h"

/* The parameters of an lk_matmul_fn, to declare one and to pass them on. */
#define LK_MATMUL_PARAMETERS                                                                                 \
    float *dst, int64_t dst_stride, const void *w, int64_t w_stride, int32_t rows, const void *x,            \
        int64_t x_stride, int32_t columns, int32_t k
#define LK_MATMUL_ARGUMENTS dst, dst_stride, w, w_stride, rows, x, x_stride, columns, k

#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon)                                       \
    void lk_##lower##_dequantize(float *dst, const void *src, int64_t n);                                    \
    void lk_##lower##_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n);                             \
    void lk_##lower##_unpack_avx512(void *panel, const uint8_t *chunk, int32_t n);                           \
    void lk_##lower##_unpack_neon(void *panel, const uint8_t *chunk, int32_t n);                             \
    void lk_##lower##_matmul_avx2(LK_MATMUL_PARAMETERS);                                                     \
    void lk_##lower##_matmul_neon(LK_MATMUL_PARAMETERS);
#include "lk_types.inc"
#undef LK_TYPE

#endif
