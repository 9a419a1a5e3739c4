/* Products of floats: F32, F16 and BF16 weights are multiplied as they lie in panels, and become floats in
 * registers. A type supplies the loading of its weights, an ISA the loops over rows and columns
 * (dense_<isa>.h), which sum elements in one order for any number of panels and columns. */
#ifndef LK_DENSE_H
#define LK_DENSE_H

#include "types/inline.h"
#include "types/layout.h"
#include "types/product.h"

enum { LK_DENSE_LENGTH = 2048 };

/* n weights of a few panels, times columns: chunks of LK_PANEL_LENGTH weights, each of which is summed up and
 * then added to dst. AVX2 and NEON take one chunk at a time. */
typedef struct lk_dense_product {
    const uint8_t *w;     /* of the first panel */
    int64_t panel_stride; /* bytes from a panel to the next */
    int64_t ahead;        /* bytes from a weight to the one that is asked for when it is read */
    int32_t panel_count;
    int32_t n;        /* LK_DENSE_LENGTH at most */
    const uint8_t *x; /* the first column's activations of these weights: floats, or BF16 for their kernels */
    int64_t x_stride; /* bytes */
    int32_t columns;
    bool first; /* dst is written, not added to */
    float *dst; /* dst[c * dst_stride + r] for 16 panel_count rows */
    int64_t dst_stride;
} lk_dense_product;

/* Asks for the two weights of each of 16 rows that lie `ahead` of w. Without a loop: compilers drop those
 * that do nothing else. bytes: of a weight. */
LK_INLINE void lk_dense_ask(const lk_dense_product *p, const uint8_t *w, const int bytes) {
    __builtin_prefetch(w + p->ahead, 0, 3);
    if (bytes == 4) __builtin_prefetch(w + p->ahead + 64, 0, 3);
}

/* Weights of a type whose blocks are single elements, on an ISA that multiplies them. */
void lk_dense_run(const lk_type_kernels *type, lk_isa isa, const lk_product *product);

#define LK_DENSE(lower)                                                                                      \
    void lk_##lower##_multiply_avx2(const lk_dense_product *product);                                        \
    void lk_##lower##_multiply_avx512(const lk_dense_product *product);                                      \
    void lk_##lower##_multiply_neon(const lk_dense_product *product);
LK_DENSE(f32)
LK_DENSE(f16)
LK_DENSE(bf16)
void lk_bf16_multiply_avx512_bf16(const lk_dense_product *product);
#undef LK_DENSE

#endif
