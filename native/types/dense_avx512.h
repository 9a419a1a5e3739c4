/* The loops of the products of floats for AVX-512: a vector is a weight, or a pair of them, of each of the 16
 * rows of a panel, and each element of the result a chain of fused multiply-adds in a lane. 12 columns of two
 * panels are 24 chains, which leave 8 of the 32 registers for weights and activations. */
#ifndef LK_DENSE_AVX512_H
#define LK_DENSE_AVX512_H

#include "types/dense_columns.h"
#include "types/inline.h"
#include "types/last_columns.h"
#include "types/store_avx512.h"
#include <immintrin.h>

enum { LK_DENSE_COLUMNS = 12 };

typedef __m512 lk_dense_sums[2][LK_DENSE_COLUMNS];

/* Adds weights k to k + count - 1 of a few panels, which begin at w, times their activations; count is 2, or
 * 1 at the end of k. k is even. */
typedef void (*lk_dense_step_fn)(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x,
                                 int32_t k, const int panels, const int columns, const int count);

/* A type's part in the loops. */
typedef struct lk_dense_type {
    int bytes;            /* of a weight */
    int activation_bytes; /* of an activation */
    lk_dense_step_fn step;
} lk_dense_type;

/* Panels first and first + 1, or the first alone, and columns from c on. */
typedef struct lk_dense_tile {
    const lk_dense_product *product;
    int first;
    int32_t c;
} lk_dense_tile;

/* Weights i to end - 1. */
LK_INLINE void lk_dense_chunk(const lk_dense_tile *t, int32_t i, int32_t end, const int panels,
                              const int columns, const lk_dense_type type) {
    const lk_dense_product *p = t->product;
    const uint8_t *w[2] = {p->w + t->first * p->panel_stride, p->w + (t->first + 1) * p->panel_stride};
    lk_dense_columns x = lk_dense_columns_from(p, t->c, columns);
    lk_dense_columns_advance(&x, columns, i * type.activation_bytes);
    lk_dense_sums acc;
    LK_UNROLL
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    int32_t k = i;
    for (; k + 2 <= end; k += 2) {
        if (t->c == 0) LK_UNROLL
        for (int r = 0; r < panels; r++)
            lk_dense_ask(p, w[r] + (int64_t)k * LK_PANEL_ROWS * type.bytes, type.bytes);
        type.step(acc, w, &x, k, panels, columns, 2);
        lk_dense_columns_advance(&x, columns, 2 * type.activation_bytes);
    }
    if (k < end) type.step(acc, w, &x, k, panels, columns, 1);
    lk_store_sums(p->dst + t->c * p->dst_stride + t->first * LK_PANEL_ROWS, p->dst_stride, LK_DENSE_COLUMNS,
                  acc, panels, columns, p->first && i == 0);
}

LK_INLINE void lk_dense_chunks(const lk_dense_tile *t, const int panels, const int columns,
                               const lk_dense_type type) {
    const int32_t n = t->product->n;
    for (int32_t i = 0; i < n; i += LK_PANEL_LENGTH)
        lk_dense_chunk(t, i, n - i < LK_PANEL_LENGTH ? n : i + LK_PANEL_LENGTH, panels, columns, type);
}

/* All panels times columns c to c + columns - 1. */
LK_INLINE void lk_dense_multiply(const lk_dense_product *p, int32_t c, const int columns,
                                 const lk_dense_type type) {
    lk_dense_tile t = {.product = p, .c = c};
    for (; t.first + 2 <= p->panel_count; t.first += 2) lk_dense_chunks(&t, 2, columns, type);
    if (t.first < p->panel_count) lk_dense_chunks(&t, 1, columns, type);
}

typedef void (*lk_dense_multiply_fn)(const lk_dense_product *p, int32_t c, const int columns);

/* Columns 12 or 6 at a time, then the rest. */
LK_INLINE void lk_dense_for_columns(const lk_dense_product *p, lk_dense_multiply_fn multiply) {
    int32_t c = 0;
    for (; c + LK_DENSE_COLUMNS <= p->columns; c += LK_DENSE_COLUMNS) multiply(p, c, LK_DENSE_COLUMNS);
    if (c + 6 <= p->columns) {
        multiply(p, c, 6);
        c += 6;
    }
    LK_LAST_COLUMNS(p->columns - c, 6, multiply(p, c, last))
}

#endif
