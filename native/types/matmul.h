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
    void lk_##lower##_matmul_avx2(LK_MATMUL_PARAMETERS);                                                     \
    void lk_##lower##_matmul_avx512(LK_MATMUL_PARAMETERS);                                                   \
    void lk_##lower##_matmul_neon(LK_MATMUL_PARAMETERS);
#include "lk_types.inc"
#undef LK_TYPE

/* A weight type as the generic matmuls see it. */
typedef struct lk_weight_format {
    lk_dequantize_fn dequantize;
    int32_t block_length;
    int32_t block_bytes;
} lk_weight_format;

/* Elements that the generic matmuls dequantize at a time: a whole number of blocks of every type, and one A8
 * block. */
#define LK_CHUNK 256

/* Bytes from the start of a row to its element i, the first of a block. */
static inline int64_t lk_format_offset(const lk_weight_format *format, int64_t i) {
    return i / format->block_length * format->block_bytes;
}

/* True when the format's activations are LK_TYPE_A8, false when they are f32. */
static inline bool lk_format_is_quantized(const lk_weight_format *format) {
    return format->block_length > 1;
}

/* Float sums in 8 lanes, LK_CHUNK elements at a time. */
void lk_matmul_plain(const lk_weight_format *format, LK_MATMUL_PARAMETERS);

/* Double sums, element by element: the specification. */
void lk_matmul_reference(const lk_weight_format *format, LK_MATMUL_PARAMETERS);

#endif
