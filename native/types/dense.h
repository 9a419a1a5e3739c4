/* Products of floats: F32, F16 and BF16 weights are multiplied as they lie in panels, and become floats in
 * registers. A type supplies the loading of its weights, an ISA the loops over rows and columns
 * (dense_<isa>.h), which sum elements in one order for any number of panels and columns. */
#ifndef LK_DENSE_H
#define LK_DENSE_H

#include "types/layout.h"
#include "types/product.h"

enum { LK_DENSE_PANELS = 2 };

/* A chunk of n weights of one panel or two, times columns. */
typedef struct lk_dense_product {
    const uint8_t *w;     /* of the first panel */
    int64_t panel_stride; /* bytes from a panel to the next */
    int64_t ahead;        /* bytes from a weight to the one that is asked for when it is read */
    int32_t panel_count;  /* LK_DENSE_PANELS at most */
    int32_t n;            /* LK_PANEL_LENGTH at most */
    const float *x;       /* the first column's activations of the chunk */
    int64_t x_stride;     /* floats */
    int32_t columns;
    bool first; /* dst is written, not added to */
    float *dst; /* dst[c * dst_stride + r] for 16 panel_count rows */
    int64_t dst_stride;
} lk_dense_product;

/* Weights of a type whose blocks are single elements, on an ISA that multiplies them. */
void lk_dense_run(const lk_type_kernels *type, lk_isa isa, const lk_product *product);

#define LK_DENSE(lower)                                                                                      \
    void lk_##lower##_multiply_avx2(const lk_dense_product *product);                                        \
    void lk_##lower##_multiply_avx512(const lk_dense_product *product);                                      \
    void lk_##lower##_multiply_neon(const lk_dense_product *product);
LK_DENSE(f32)
LK_DENSE(f16)
LK_DENSE(bf16)
#undef LK_DENSE

#endif
