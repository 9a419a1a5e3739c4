/* The loops of the vector matmuls of F32, F16 and BF16 with f32 activations, for any instruction set: include
 * after a vector_<isa>.h. An element of the result is two vectors of partial sums, to which the vectors along
 * k are added in turn; tiles of rows and columns only run several such pairs side by side. */
#ifndef LK_DENSE_ROWS_H
#define LK_DENSE_ROWS_H

#include "types/matmul_tile.h"

/* 2 x 3 pairs of sums, 2 vectors of weights and 1 of activations fit the 16 registers of AVX2, and few
 * columns read one row at a time, as memory likes it, without waiting for their additions. */
#define LK_DENSE_ROWS 2
#define LK_DENSE_COLUMNS 3

/* LK_VECTOR_LENGTH weights as floats. */
typedef lk_vector (*lk_load_fn)(const uint8_t *w);

/* n < LK_VECTOR_LENGTH elements of the given bytes, then zeros. */
LK_INLINE const uint8_t *lk_pad_with_zeros(uint8_t *padded, const uint8_t *p, int32_t n, const int bytes) {
    memset(padded, 0, LK_VECTOR_LENGTH * 4);
    memcpy(padded, p, (size_t)(n * bytes));
    return padded;
}

typedef struct lk_dense_tile {
    const uint8_t *w[LK_DENSE_ROWS], *x[LK_DENSE_COLUMNS];
    lk_vector sums[LK_DENSE_ROWS][LK_DENSE_COLUMNS][2];
} lk_dense_tile;

/* Adds the products of the vectors at element i, which belong to the given one of each pair of sums. */
LK_INLINE void lk_dense_step(lk_dense_tile *tile, int64_t i, const int which, const int rows,
                             const int columns, lk_load_fn load, const int bytes) {
    lk_vector weights[LK_DENSE_ROWS];
    LK_UNROLL
    for (int r = 0; r < rows; r++) weights[r] = load(tile->w[r] + i * bytes);
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        lk_vector activations = lk_vector_keep(lk_vector_load((const float *)tile->x[c] + i));
        LK_UNROLL
        for (int r = 0; r < rows; r++)
            tile->sums[r][c][which] = lk_vector_fma(weights[r], activations, tile->sums[r][c][which]);
    }
}

/* The last n < LK_VECTOR_LENGTH elements, from i on, completed with zeros. */
LK_INLINE void lk_dense_last_step(lk_dense_tile *tile, int64_t i, int32_t n, const int rows,
                                  const int columns, lk_load_fn load, const int bytes) {
    uint8_t w[LK_DENSE_ROWS][LK_VECTOR_LENGTH * 4] = {{0}}, x[LK_DENSE_COLUMNS][LK_VECTOR_LENGTH * 4] = {{0}};
    for (int r = 0; r < rows; r++) {
        memcpy(w[r], tile->w[r] + i * bytes, (size_t)(n * bytes));
        tile->w[r] = w[r];
    }
    for (int c = 0; c < columns; c++) {
        memcpy(x[c], tile->x[c] + i * 4, (size_t)n * 4);
        tile->x[c] = x[c];
    }
    lk_dense_step(tile, 0, 1, rows, columns, load, bytes);
}

LK_INLINE void lk_dense_multiply(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride,
                                 const int rows, const uint8_t *x, int64_t x_stride, const int columns,
                                 int32_t k, lk_load_fn load, const int bytes) {
    lk_dense_tile tile;
    LK_UNROLL
    for (int r = 0; r < rows; r++) tile.w[r] = w + r * w_stride;
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        tile.x[c] = x + c * x_stride;
        LK_UNROLL
        for (int r = 0; r < rows; r++) tile.sums[r][c][0] = tile.sums[r][c][1] = lk_vector_zero();
    }
    int32_t i = 0;
    for (; i + 2 * LK_VECTOR_LENGTH <= k; i += 2 * LK_VECTOR_LENGTH) {
        lk_dense_step(&tile, i, 0, rows, columns, load, bytes);
        lk_dense_step(&tile, i + LK_VECTOR_LENGTH, 1, rows, columns, load, bytes);
    }
    if (i + LK_VECTOR_LENGTH <= k) {
        lk_dense_step(&tile, i, 0, rows, columns, load, bytes);
        i += LK_VECTOR_LENGTH;
    }
    if (i < k) lk_dense_last_step(&tile, i, k - i, rows, columns, load, bytes);
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int r = 0; r < rows; r++)
        dst[c * dst_stride + r] = lk_vector_sum(lk_vector_add(tile.sums[r][c][0], tile.sums[r][c][1]));
}

/* All rows of a tile of columns. */
LK_INLINE void lk_dense_rows(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride, int32_t rows,
                             const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                             lk_load_fn load, const int bytes) {
    int32_t r = 0;
    for (; columns > 1 && r + LK_DENSE_ROWS <= rows; r += LK_DENSE_ROWS)
        lk_dense_multiply(dst + r, dst_stride, w + r * w_stride, w_stride, LK_DENSE_ROWS, x, x_stride,
                          columns, k, load, bytes);
    for (; r < rows; r++)
        lk_dense_multiply(dst + r, dst_stride, w + r * w_stride, w_stride, 1, x, x_stride, columns, k, load,
                          bytes);
}

/* Columns of the next tile: 3, but 4 are two tiles of 2, since a single column is the slowest. */
static inline int32_t lk_dense_columns(int32_t left) {
    return left == 4 ? 2 : left < LK_DENSE_COLUMNS ? left : LK_DENSE_COLUMNS;
}

LK_INLINE void lk_matmul_dense(LK_MATMUL_PARAMETERS, lk_load_fn load, const int bytes) {
    int32_t tile_rows = lk_tile_rows(w_stride, rows);
    for (int32_t r = 0; r < rows; r += tile_rows) {
        int32_t n = rows - r < tile_rows ? rows - r : tile_rows;
        const uint8_t *tile = (const uint8_t *)w + r * w_stride;
        for (int32_t c = 0, some; c < columns; c += some) {
            float *out = dst + c * dst_stride + r;
            const uint8_t *in = (const uint8_t *)x + c * x_stride;
            some = lk_dense_columns(columns - c);
            if (some == 3)
                lk_dense_rows(out, dst_stride, tile, w_stride, n, in, x_stride, 3, k, load, bytes);
            else if (some == 2)
                lk_dense_rows(out, dst_stride, tile, w_stride, n, in, x_stride, 2, k, load, bytes);
            else
                lk_dense_rows(out, dst_stride, tile, w_stride, n, in, x_stride, 1, k, load, bytes);
        }
    }
}

#endif
