/* The loops of the AVX2 matmuls of F32, F16 and BF16 with f32 activations. An element of the result is one
 * vector of 8 partial sums over k, added to in order; tiles of rows and columns only run several of them side
 * by side. */
#ifndef LK_DENSE_AVX2_H
#define LK_DENSE_AVX2_H

#include "types/matmul_avx2.h"

/* 3 x 4 sums, 3 vectors of weights and 1 of activations fill the 16 registers. */
#define LK_DENSE_ROWS 3
#define LK_DENSE_COLUMNS 4

/* 8 weights as floats. */
typedef __m256 (*lk_load_avx2_fn)(const uint8_t *w);

/* n < 8 elements of the given bytes, then zeros. */
LK_INLINE const uint8_t *lk_pad_avx2(uint8_t *padded, const uint8_t *p, int32_t n, const int bytes) {
    memset(padded, 0, 32);
    memcpy(padded, p, (size_t)(n * bytes));
    return padded;
}

LK_INLINE void lk_dense_step_avx2(__m256 (*acc)[LK_DENSE_COLUMNS], const uint8_t *const *w,
                                  const uint8_t *const *x, int64_t i, const int rows, const int columns,
                                  lk_load_avx2_fn load, const int bytes) {
    __m256 weights[LK_DENSE_ROWS];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) weights[r] = load(w[r] + i * bytes);
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        __m256 activations = _mm256_loadu_ps((const float *)x[c] + i);
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) acc[r][c] = _mm256_fmadd_ps(weights[r], activations, acc[r][c]);
    }
}

LK_INLINE void lk_dense_tile_avx2(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride,
                                  const int rows, const uint8_t *x, int64_t x_stride, const int columns,
                                  int32_t k, lk_load_avx2_fn load, const int bytes) {
    __m256 acc[LK_DENSE_ROWS][LK_DENSE_COLUMNS];
    const uint8_t *w_rows[LK_DENSE_ROWS], *x_columns[LK_DENSE_COLUMNS];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) w_rows[r] = w + r * w_stride;
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        x_columns[c] = x + c * x_stride;
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) acc[r][c] = _mm256_setzero_ps();
    }
    int32_t i = 0;
    for (; i + 8 <= k; i += 8) lk_dense_step_avx2(acc, w_rows, x_columns, i, rows, columns, load, bytes);
    if (i < k) {
        uint8_t w_last[LK_DENSE_ROWS][32], x_last[LK_DENSE_COLUMNS][32];
        for (int r = 0; r < rows; r++)
            w_rows[r] = lk_pad_avx2(w_last[r], w_rows[r] + (int64_t)i * bytes, k - i, bytes);
        for (int c = 0; c < columns; c++)
            x_columns[c] = lk_pad_avx2(x_last[c], x_columns[c] + (int64_t)i * 4, k - i, 4);
        lk_dense_step_avx2(acc, w_rows, x_columns, 0, rows, columns, load, bytes);
    }
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) dst[c * dst_stride + r] = lk_sum_avx2(acc[r][c]);
}

/* All rows of a tile of columns. */
LK_INLINE void lk_dense_rows_avx2(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride,
                                  int32_t rows, const uint8_t *x, int64_t x_stride, const int columns,
                                  int32_t k, lk_load_avx2_fn load, const int bytes) {
    int32_t r = 0;
    for (; r + LK_DENSE_ROWS <= rows; r += LK_DENSE_ROWS)
        lk_dense_tile_avx2(dst + r, dst_stride, w + r * w_stride, w_stride, LK_DENSE_ROWS, x, x_stride,
                           columns, k, load, bytes);
    for (; r < rows; r++)
        lk_dense_tile_avx2(dst + r, dst_stride, w + r * w_stride, w_stride, 1, x, x_stride, columns, k, load,
                           bytes);
}

LK_INLINE void lk_matmul_dense_avx2(LK_MATMUL_PARAMETERS, lk_load_avx2_fn load, const int bytes) {
    int32_t tile_rows = lk_tile_rows(w_stride, rows);
    for (int32_t r = 0; r < rows; r += tile_rows) {
        int32_t n = rows - r < tile_rows ? rows - r : tile_rows;
        const uint8_t *tile = (const uint8_t *)w + r * w_stride;
        int32_t c = 0;
        for (; c + LK_DENSE_COLUMNS <= columns; c += LK_DENSE_COLUMNS)
            lk_dense_rows_avx2(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                               (const uint8_t *)x + c * x_stride, x_stride, LK_DENSE_COLUMNS, k, load, bytes);
        for (; c < columns; c++)
            lk_dense_rows_avx2(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                               (const uint8_t *)x + c * x_stride, x_stride, 1, k, load, bytes);
    }
}

#endif
