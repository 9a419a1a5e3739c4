/* The activations of a few columns for x86: a pointer for every third column, from which those after it lie
 * one and two strides away, as its addresses are made. A pointer for each would be more than the registers.
 */
#ifndef LK_DENSE_COLUMNS_H
#define LK_DENSE_COLUMNS_H

#include "types/dense.h"
#include "types/inline.h"

typedef struct lk_dense_columns {
    const float *third[4];
    int64_t stride;
} lk_dense_columns;

/* Columns c to c + columns - 1 of the product. */
LK_INLINE lk_dense_columns lk_dense_columns_from(const lk_dense_product *p, int32_t c, const int columns) {
    lk_dense_columns x = {{NULL}, p->x_stride};
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) x.third[j / 3] = p->x + (c + j) * p->x_stride;
    return x;
}

/* The pointers moved by two weights, so that the compiler takes them for new ones: else it makes one for each
 * column. */
LK_INLINE void lk_dense_columns_advance(lk_dense_columns *x, const int columns) {
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) {
        x->third[j / 3] += 2;
        __asm__("" : "+r"(x->third[j / 3]));
    }
}

/* Activation i of column c, counted from where the pointers are. */
LK_INLINE const float *lk_dense_activation(const lk_dense_columns *x, const int c, const int i) {
    return x->third[c / 3] + c % 3 * x->stride + i;
}

#endif
