/* The loops of the products of floats for AVX-512: a vector is a weight of each of the 16 rows of a panel,
 * and each element of the result a chain of fused multiply-adds in a lane. 12 columns of two panels are 24
 * chains, which leave 8 of the 32 registers for weights and activations. */
#ifndef LK_DENSE_AVX512_H
#define LK_DENSE_AVX512_H

#include "types/dense_columns.h"
#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>

enum { LK_DENSE_COLUMNS = 12 };

/* Weights k to k + count - 1 of a chunk as floats; count is 2, or 1 at the end of k. k is even. */
typedef void (*lk_dense_load_fn)(__m512 *w, const uint8_t *chunk, int32_t k, const int count);

/* The sums of panel r to column c of dst. */
LK_INLINE void lk_dense_store(const lk_dense_product *p, int32_t c, const int r, __m512 sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS;
    _mm512_storeu_ps(dst, p->first ? sums : _mm512_add_ps(_mm512_loadu_ps(dst), sums));
}

LK_INLINE void lk_dense_step(__m512 (*acc)[LK_DENSE_COLUMNS], const lk_dense_product *p,
                             const lk_dense_columns *x, int32_t k, const int panels, const int columns,
                             const int count, lk_dense_load_fn load) {
    __m512 w[LK_DENSE_PANELS][2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) load(w[r], p->w + r * p->panel_stride, k, count);
    LK_UNROLL
    for (int i = 0; i < count; i++) LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m512 one = _mm512_set1_ps(*lk_dense_activation(x, c, i));
        LK_UNROLL
        for (int r = 0; r < panels; r++) acc[r][c] = _mm512_fmadd_ps(w[r][i], one, acc[r][c]);
    }
}

LK_INLINE void lk_dense_tile(const lk_dense_product *p, int32_t c, const int panels, const int columns,
                             const int bytes, lk_dense_load_fn load) {
    lk_dense_columns x = lk_dense_columns_from(p, c, columns);
    __m512 acc[LK_DENSE_PANELS][LK_DENSE_COLUMNS];
    LK_UNROLL
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    int32_t k = 0;
    for (; k + 2 <= p->n; k += 2) {
        LK_UNROLL
        for (int r = 0; r < panels && c == 0; r++)
            lk_ask_for(p->w + r * p->panel_stride + k * LK_PANEL_ROWS * bytes + p->ahead,
                       2 * LK_PANEL_ROWS * bytes);
        lk_dense_step(acc, p, &x, k, panels, columns, 2, load);
        lk_dense_columns_advance(&x, columns);
    }
    if (k < p->n) lk_dense_step(acc, p, &x, k, panels, columns, 1, load);
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) lk_dense_store(p, c + j, r, acc[r][j]);
}

LK_INLINE void lk_dense_panels(const lk_dense_product *p, const int panels, const int bytes,
                               lk_dense_load_fn load) {
    int32_t c = 0;
    for (; c + LK_DENSE_COLUMNS <= p->columns; c += LK_DENSE_COLUMNS)
        lk_dense_tile(p, c, panels, LK_DENSE_COLUMNS, bytes, load);
    if (c + 6 <= p->columns) {
        lk_dense_tile(p, c, panels, 6, bytes, load);
        c += 6;
    }
    switch (p->columns - c) {
    case 5:
        lk_dense_tile(p, c, panels, 5, bytes, load);
        break;
    case 4:
        lk_dense_tile(p, c, panels, 4, bytes, load);
        break;
    case 3:
        lk_dense_tile(p, c, panels, 3, bytes, load);
        break;
    case 2:
        lk_dense_tile(p, c, panels, 2, bytes, load);
        break;
    case 1:
        lk_dense_tile(p, c, panels, 1, bytes, load);
        break;
    default:
        break;
    }
}

/* bytes: of a weight. */
LK_INLINE void lk_dense_multiply(const lk_dense_product *p, const int bytes, lk_dense_load_fn load) {
    if (p->panel_count == 2)
        lk_dense_panels(p, 2, bytes, load);
    else
        lk_dense_panels(p, 1, bytes, load);
}

#endif
