/* The loops of the vector matmuls of F32, F16 and BF16 with f32 activations, for any instruction set: include
 * after a vector_<isa>.h. An element of the result is one vector of partial sums over k, added to in order;
 * tiles of rows and columns only run several of them side by side. */
#ifndef LK_DENSE_ROWS_H
#define LK_DENSE_ROWS_H

#include "types/matmul_tile.h"

/* 3 x 4 sums, 3 vectors of weights and 1 of activations fill the 16 registers of AVX2. */
#define LK_DENSE_ROWS 3
#define LK_DENSE_COLUMNS 4

/* LK_VECTOR_LENGTH weights as floats. */
typedef lk_vector (*lk_load_fn)(const uint8_t *w);

/* n < LK_VECTOR_LENGTH elements of the given bytes, then zeros. */
LK_INLINE const uint8_t *lk_pad_with_zeros(uint8_t *padded, const uint8_t *p, int32_t n, const int bytes) {
    memset(padded, 0, LK_VECTOR_LENGTH * 4);
    memcpy(padded, p, (size_t)(n * bytes));
    return padded;
}

LK_INLINE void lk_dense_step(lk_vector (*acc)[LK_DENSE_COLUMNS], const uint8_t *const *w,
                             const uint8_t *const *x, int64_t i, const int rows, const int columns,
                             lk_load_fn load, const int bytes) {
    lk_vector weights[LK_DENSE_ROWS];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) weights[r] = load(w[r] + i * bytes);
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        lk_vector activations = lk_vector_load((const float *)x[c] + i);
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) acc[r][c] = lk_vector_fma(weights[r], activations, acc[r][c]);
    }
}

LK_INLINE void lk_dense_tile(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride,
                             const int rows, const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                             lk_load_fn load, const int bytes) {
    lk_vector acc[LK_DENSE_ROWS][LK_DENSE_COLUMNS];
    const uint8_t *w_rows[LK_DENSE_ROWS], *x_columns[LK_DENSE_COLUMNS];
#pragma GCC unroll 4
    for (int r = 0; r < rows; r++) w_rows[r] = w + r * w_stride;
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        x_columns[c] = x + c * x_stride;
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) acc[r][c] = lk_vector_zero();
    }
    int32_t i = 0;
    for (; i + LK_VECTOR_LENGTH <= k; i += LK_VECTOR_LENGTH)
        lk_dense_step(acc, w_rows, x_columns, i, rows, columns, load, bytes);
    if (i < k) {
        uint8_t w_last[LK_DENSE_ROWS][LK_VECTOR_LENGTH * 4], x_last[LK_DENSE_COLUMNS][LK_VECTOR_LENGTH * 4];
        for (int r = 0; r < rows; r++)
            w_rows[r] = lk_pad_with_zeros(w_last[r], w_rows[r] + (int64_t)i * bytes, k - i, bytes);
        for (int c = 0; c < columns; c++)
            x_columns[c] = lk_pad_with_zeros(x_last[c], x_columns[c] + (int64_t)i * 4, k - i, 4);
        lk_dense_step(acc, w_rows, x_columns, 0, rows, columns, load, bytes);
    }
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++)
#pragma GCC unroll 4
        for (int r = 0; r < rows; r++) dst[c * dst_stride + r] = lk_vector_sum(acc[r][c]);
}

/* All rows of a tile of columns. */
LK_INLINE void lk_dense_rows(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride, int32_t rows,
                             const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                             lk_load_fn load, const int bytes) {
    int32_t r = 0;
    for (; r + LK_DENSE_ROWS <= rows; r += LK_DENSE_ROWS)
        lk_dense_tile(dst + r, dst_stride, w + r * w_stride, w_stride, LK_DENSE_ROWS, x, x_stride, columns, k,
                      load, bytes);
    for (; r < rows; r++)
        lk_dense_tile(dst + r, dst_stride, w + r * w_stride, w_stride, 1, x, x_stride, columns, k, load,
                      bytes);
}

LK_INLINE void lk_matmul_dense(LK_MATMUL_PARAMETERS, lk_load_fn load, const int bytes) {
    int32_t tile_rows = lk_tile_rows(w_stride, rows);
    for (int32_t r = 0; r < rows; r += tile_rows) {
        int32_t n = rows - r < tile_rows ? rows - r : tile_rows;
        const uint8_t *tile = (const uint8_t *)w + r * w_stride;
        int32_t c = 0;
        for (; c + LK_DENSE_COLUMNS <= columns; c += LK_DENSE_COLUMNS)
            lk_dense_rows(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                          (const uint8_t *)x + c * x_stride, x_stride, LK_DENSE_COLUMNS, k, load, bytes);
        for (; c < columns; c++)
            lk_dense_rows(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                          (const uint8_t *)x + c * x_stride, x_stride, 1, k, load, bytes);
    }
}

#endif
