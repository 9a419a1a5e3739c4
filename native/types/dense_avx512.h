/* The loops of the products of floats for AVX-512: a vector is a weight of each of the 16 rows of a panel,
 * and each element of the result a chain of fused multiply-adds in a lane. 12 columns of two panels are 24
 * chains, which leave 8 of the 32 registers for weights and activations. */
#ifndef LK_DENSE_AVX512_H
#define LK_DENSE_AVX512_H

#include "types/dense_columns.h"
#include "types/inline.h"
#include "types/last_columns.h"
#include <immintrin.h>

enum { LK_DENSE_COLUMNS = 12 };

/* Weights k to k + count - 1 of a chunk as floats; count is 2, or 1 at the end of k. k is even. */
typedef void (*lk_dense_load_fn)(__m512 *w, const uint8_t *chunk, int32_t k, const int count);

/* The sums of panel r to column c of dst. */
LK_INLINE void lk_dense_store(const lk_dense_product *p, int32_t c, const int r, __m512 sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS;
    _mm512_storeu_ps(dst, p->first ? sums : _mm512_add_ps(_mm512_loadu_ps(dst), sums));
}

LK_INLINE void lk_dense_step(__m512 (*acc)[LK_DENSE_COLUMNS], const uint8_t *const *w,
                             const lk_dense_columns *x, int32_t k, const int panels, const int columns,
                             const int count, lk_dense_load_fn load) {
    __m512 v[2][2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) load(v[r], w[r], k, count);
    LK_UNROLL
    for (int i = 0; i < count; i++) LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m512 one = _mm512_set1_ps(*lk_dense_activation(x, c, i));
        LK_UNROLL
        for (int r = 0; r < panels; r++) acc[r][c] = _mm512_fmadd_ps(v[r][i], one, acc[r][c]);
    }
}

/* One panel or two, from the first on. */
LK_INLINE void lk_dense_tile(const lk_dense_product *p, int first, int32_t c, const int panels,
                             const int columns, const int bytes, lk_dense_load_fn load) {
    const uint8_t *w[2] = {p->w + first * p->panel_stride, p->w + (first + 1) * p->panel_stride};
    lk_dense_columns x = lk_dense_columns_from(p, c, columns);
    __m512 acc[2][LK_DENSE_COLUMNS];
    LK_UNROLL
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    int32_t k = 0;
    for (; k + 2 <= p->n; k += 2) {
        if (c == 0) lk_dense_ask(p, w[0] + k * LK_PANEL_ROWS * bytes, bytes);
        if (c == 0 && panels == 2) lk_dense_ask(p, w[1] + k * LK_PANEL_ROWS * bytes, bytes);
        lk_dense_step(acc, w, &x, k, panels, columns, 2, load);
        lk_dense_columns_advance(&x, columns);
    }
    if (k < p->n) lk_dense_step(acc, w, &x, k, panels, columns, 1, load);
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) lk_dense_store(p, c + j, first + r, acc[r][j]);
}

/* All panels times columns c to c + columns - 1. bytes: of a weight. */
LK_INLINE void lk_dense_multiply(const lk_dense_product *p, int32_t c, const int columns, const int bytes,
                                 lk_dense_load_fn load) {
    int first = 0;
    for (; first + 2 <= p->panel_count; first += 2) lk_dense_tile(p, first, c, 2, columns, bytes, load);
    if (first < p->panel_count) lk_dense_tile(p, first, c, 1, columns, bytes, load);
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
