/* The loops of the products of floats for AVX2: two vectors are a weight of each of the 16 rows of a panel,
 * and each element of the result a chain of fused multiply-adds in a lane. 6 columns of a panel are 12
 * chains, which leave 4 of the 16 registers for weights and activations; one column or two take two panels at
 * once, so that their chains do not wait for themselves. */
#ifndef LK_DENSE_AVX2_H
#define LK_DENSE_AVX2_H

#include "types/dense_columns.h"
#include "types/inline.h"
#include "types/last_columns.h"
#include <immintrin.h>

enum { LK_DENSE_COLUMNS = 6, LK_HALVES = 2 };

/* Weight k of 8 rows of a chunk, those from 8 half on, as floats. odd: k is; last: k is even and the last of
 * the chunk. */
typedef __m256 (*lk_dense_load_fn)(const uint8_t *chunk, int32_t k, const int half, const bool odd,
                                   const bool last);

/* The sums of a half of panel r to column c of dst. */
LK_INLINE void lk_dense_store(const lk_dense_product *p, int32_t c, int r, int half, __m256 sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS + 8 * half;
    _mm256_storeu_ps(dst, p->first ? sums : _mm256_add_ps(_mm256_loadu_ps(dst), sums));
}

LK_INLINE void lk_dense_step(__m256 (*acc)[LK_HALVES][LK_DENSE_COLUMNS], const uint8_t *const *w,
                             const lk_dense_columns *x, int32_t k, const int panels, const int columns,
                             const bool odd, const bool last, lk_dense_load_fn load) {
    __m256 v[2][LK_HALVES];
    LK_UNROLL
    for (int r = 0; r < panels; r++) LK_UNROLL
    for (int h = 0; h < LK_HALVES; h++) v[r][h] = load(w[r], k, h, odd, last);
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m256 one = _mm256_set1_ps(lk_dense_float(x, c, odd));
        LK_UNROLL
        for (int r = 0; r < panels; r++) LK_UNROLL
        for (int h = 0; h < LK_HALVES; h++) acc[r][h][c] = _mm256_fmadd_ps(v[r][h], one, acc[r][h][c]);
    }
}

LK_INLINE void lk_dense_tile(const lk_dense_product *p, int first, int32_t c, const int panels,
                             const int columns, const int bytes, lk_dense_load_fn load) {
    const uint8_t *w[2];
    lk_dense_columns x = lk_dense_columns_from(p, c, columns);
    __m256 acc[2][LK_HALVES][LK_DENSE_COLUMNS];
    LK_UNROLL
    for (int r = 0; r < panels; r++) w[r] = p->w + (first + r) * p->panel_stride;
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) acc[r][0][j] = acc[r][1][j] = _mm256_setzero_ps();
    int32_t k = 0;
    for (; k + 2 <= p->n; k += 2) {
        if (c == 0) lk_dense_ask(p, w[0] + k * LK_PANEL_ROWS * bytes, bytes);
        if (c == 0 && panels == 2) lk_dense_ask(p, w[1] + k * LK_PANEL_ROWS * bytes, bytes);
        lk_dense_step(acc, w, &x, k, panels, columns, false, false, load);
        lk_dense_step(acc, w, &x, k + 1, panels, columns, true, false, load);
        lk_dense_columns_advance(&x, columns, 2 * sizeof(float));
    }
    if (k < p->n) lk_dense_step(acc, w, &x, k, panels, columns, false, true, load);
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++)
            for (int h = 0; h < LK_HALVES; h++) lk_dense_store(p, c + j, first + r, h, acc[r][h][j]);
}

/* A panel times columns up to `end`. */
LK_INLINE void lk_dense_panel_columns(const lk_dense_product *p, int r, int32_t end, const int bytes,
                                      lk_dense_load_fn load) {
    int32_t c = 0;
    for (; c + LK_DENSE_COLUMNS <= end; c += LK_DENSE_COLUMNS)
        lk_dense_tile(p, r, c, 1, LK_DENSE_COLUMNS, bytes, load);
    LK_LAST_COLUMNS(end - c, LK_DENSE_COLUMNS, lk_dense_tile(p, r, c, 1, last, bytes, load))
}

/* bytes: of a weight. */
LK_INLINE void lk_dense_multiply(const lk_dense_product *p, const int bytes, lk_dense_load_fn load) {
    const int32_t left = p->columns % LK_DENSE_COLUMNS, c = p->columns - left;
    const int paired = left == 1 || left == 2 ? p->panel_count / 2 * 2 : 0;
    for (int r = 0; r < p->panel_count; r++)
        lk_dense_panel_columns(p, r, r < paired ? c : p->columns, bytes, load);
    for (int r = 0; r < paired; r += 2) LK_LAST_COLUMNS(left, 3, lk_dense_tile(p, r, c, 2, last, bytes, load))
}

#endif
