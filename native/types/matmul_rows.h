/* The loops of every quantized type's vector matmul, for any instruction set: include after a vector_<isa>.h.
 * A type supplies its step: 256 weights of one row against one A8 block of each of a few columns. The step is
 * inlined for 4, 2 and 1 columns; all run the same operations in the same order on each column, so a column's
 * result does not depend on how many others there are. */
#ifndef LK_MATMUL_ROWS_H
#define LK_MATMUL_ROWS_H

#include "types/matmul_tile.h"

/* Columns that share an unpacked weight. */
#define LK_TILE_COLUMNS 4

/* The longest step of any type: 8 blocks of Q8_0. */
#define LK_STEP_BYTES_MAX 272

/* Adds the products of 256 weights at w with x[c] to any lanes of acc[c], for c < columns (a constant). One
 * or two additions to acc[c] a step: a single column waits for each of them. */
typedef void (*lk_step_fn)(lk_vector *acc, const uint8_t *w, const lk_block_a8 *const *x, int columns);

/* One row against `columns` columns. step_bytes: bytes of 256 weights. A row's last step may be short: it is
 * completed with zero bytes, which meet the zeros that end an A8 row. */
LK_INLINE void lk_row_columns(float *dst, int64_t dst_stride, const uint8_t *row, const uint8_t *x,
                              int64_t x_stride, const int columns, int32_t k, lk_step_fn step,
                              const int step_bytes) {
    lk_vector acc[LK_TILE_COLUMNS];
    const lk_block_a8 *blocks[LK_TILE_COLUMNS];
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        acc[c] = lk_vector_zero();
        blocks[c] = (const lk_block_a8 *)(x + c * x_stride);
    }
    uint8_t last[LK_STEP_BYTES_MAX];
    for (int32_t i = 0; i < k; i += 256, row += step_bytes) {
        const uint8_t *w = row;
        if (k - i < 256) {
            size_t rest = (size_t)((k - i) * step_bytes / 256);
            memcpy(last, row, rest);
            memset(last + rest, 0, sizeof last - rest);
            w = last;
        }
        step(acc, w, blocks, columns);
        LK_UNROLL
        for (int c = 0; c < columns; c++) blocks[c]++;
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) dst[c * dst_stride] = lk_vector_sum(acc[c]);
}

/* All rows of a tile against `columns` columns. */
LK_INLINE void lk_rows_columns(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride,
                               int32_t rows, const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                               lk_step_fn step, const int step_bytes) {
    for (int32_t r = 0; r < rows; r++)
        lk_row_columns(dst + r, dst_stride, w + r * w_stride, x, x_stride, columns, k, step, step_bytes);
}

LK_INLINE void lk_matmul_a8(LK_MATMUL_PARAMETERS, lk_step_fn step, const int step_bytes) {
    int32_t tile_rows = lk_tile_rows(w_stride, rows);
    for (int32_t r = 0; r < rows; r += tile_rows) {
        int32_t n = rows - r < tile_rows ? rows - r : tile_rows;
        const uint8_t *tile = (const uint8_t *)w + r * w_stride;
        int32_t c = 0;
        for (; c + 4 <= columns; c += 4)
            lk_rows_columns(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                            (const uint8_t *)x + c * x_stride, x_stride, 4, k, step, step_bytes);
        if (c + 2 <= columns) {
            lk_rows_columns(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                            (const uint8_t *)x + c * x_stride, x_stride, 2, k, step, step_bytes);
            c += 2;
        }
        if (c < columns)
            lk_rows_columns(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                            (const uint8_t *)x + c * x_stride, x_stride, 1, k, step, step_bytes);
    }
}

#endif
