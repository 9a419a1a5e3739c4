/* The product of a matrix of any type and layout with columns, on any ISA. */
#ifndef LK_PRODUCT_H
#define LK_PRODUCT_H

#include "core/kernel.h"

/* dst[c / planes * dst_stride + r] = dot(row r of w, column c of x), summed over the planes. */
typedef struct lk_product {
    float *dst;
    int64_t dst_stride; /* floats */
    const uint8_t *w;   /* the first row; in panels a row that begins a group, and then whole groups or up to
                           the last row */
    int64_t w_stride;   /* bytes; of panels those of a row */
    int32_t layout;     /* lk_layout of w */
    int32_t rows;
    const uint8_t *x;
    int32_t x_type;   /* lk_type of a column: F32, BF16 or A8 */
    int64_t x_stride; /* bytes */
    int32_t columns;  /* of x, a multiple of planes */
    int32_t planes;   /* adjacent columns of x that make one of dst: 1, or 2 of A8X2 */
    int32_t k;
    bool add; /* to what dst holds */
} lk_product;

/* Whether the products of a type on an ISA that has them read a layout. */
bool lk_product_reads(const lk_type_kernels *type, lk_isa isa, int32_t layout);

/* The activations with which a type's products are fastest on an ISA: lk_type_activation, or BF16 with BF16
 * weights where the processor multiplies pairs of them. */
int32_t lk_product_activation(const lk_type_kernels *type, lk_isa isa);

/* Whether a type has products with activations of another on an ISA. REFERENCE and PLAIN take all that
 * lk_type_multiplies names. */
bool lk_product_takes(const lk_type_kernels *type, lk_isa isa, int32_t activation);

/* The order in which k is summed is the same for any number of rows and columns and for every layout, so an
 * element of the result depends on its row and its column alone. */
void lk_product_run(const lk_type_kernels *type, lk_isa isa, const lk_product *product);

#endif
