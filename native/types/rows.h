/* The products of the ISAs that know no panels: rows are dequantized, whatever their type and layout. */
#ifndef LK_ROWS_H
#define LK_ROWS_H

#include "types/layout.h"
#include "types/product.h"

/* Weights [i, i + n) of row r of w as floats, i a multiple of 256 and n at most 256. */
void lk_product_weights(const lk_type_kernels *type, const lk_product *product, float *dst, int32_t r,
                        int32_t i, int32_t n);

/* Float sums in 8 lanes, 256 elements at a time. */
void lk_product_plain(const lk_type_kernels *type, const lk_product *product);

/* Double sums, element by element: the specification. */
void lk_product_reference(const lk_type_kernels *type, const lk_product *product);

#endif
