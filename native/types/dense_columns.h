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

/* So many columns from x on. stride: floats. */
LK_INLINE lk_dense_columns lk_dense_columns_from(const float *x, int64_t stride, const int columns) {
    lk_dense_columns from = {{NULL}, stride};
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) from.third[j / 3] = x + j * stride;
    return from;
}

/* The pointers moved by so many floats, so that the compiler takes them for new ones: else it makes one for
 * each column. */
LK_INLINE void lk_dense_columns_advance(lk_dense_columns *x, const int columns, const int by) {
    LK_UNROLL
    for (int j = 0; j < columns; j += 3) {
        x->third[j / 3] += by;
        __asm__("" : "+r"(x->third[j / 3]));
    }
}

/* Activation i of column c, counted from where the pointers are. */
LK_INLINE const float *lk_dense_activation(const lk_dense_columns *x, const int c, const int i) {
    return x->third[c / 3] + c % 3 * x->stride + i;
}

#endif
