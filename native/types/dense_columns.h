/* The activations of a few columns for x86: a pointer for every third column, from which those after it lie
 * one and two strides away, as its addresses are made. A pointer for each would be more than the registers.
 */
#ifndef LK_DENSE_COLUMNS_H
#define LK_DENSE_COLUMNS_H

#include "types/dense.h"
#include "types/inline.h"

typedef struct lk_dense_columns {
    const uint8_t *third[4];
    int64_t stride; /* bytes */
} lk_dense_columns;

/* So many columns of a product from c on. */
LK_INLINE lk_dense_columns lk_dense_columns_from(const lk_dense_product *p, int32_t c, const int columns) {
    const uint8_t *x = p->x + c * p->x_stride;
    lk_dense_columns from = {{NULL}, p->x_stride};
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) from.third[j / 3] = x + j * p->x_stride;
    return from;
}

/* The pointers moved by so many bytes, so that the compiler takes them for new ones: else it makes one for
 * each column. */
LK_INLINE void lk_dense_columns_advance(lk_dense_columns *x, const int columns, const int by) {
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) {
        x->third[j / 3] += by;
        __asm__("" : "+r"(x->third[j / 3]));
    }
}

/* Where the pointers are in column c. */
LK_INLINE const uint8_t *lk_dense_column(const lk_dense_columns *x, const int c) {
    return x->third[c / 3] + c % 3 * x->stride;
}

/* Float i of column c, counted from there. */
LK_INLINE float lk_dense_float(const lk_dense_columns *x, const int c, const int i) {
    return ((const float *)(const void *)lk_dense_column(x, c))[i];
}

#endif
