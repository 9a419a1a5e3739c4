/* The loops of every quantized type's AVX2 matmul. A type supplies its step: 256 weights of one row against
 * one A8 block of each of a few columns. The step is inlined for 4 columns and for 1; both run the same
 * operations in the same order on each column, so a column's result does not depend on how many others there
 * are. */
#ifndef LK_MATMUL_AVX2_H
#define LK_MATMUL_AVX2_H

#include "types/matmul.h"
#include <immintrin.h>
#include <string.h>

#define LK_INLINE static inline __attribute__((always_inline))

/* Columns that share an unpacked weight, and bytes of weights that stay in the second-level cache while all
 * columns pass. */
#define LK_TILE_COLUMNS 4
#define LK_TILE_BYTES (256 * 1024)

/* The longest step of any type: 8 blocks of Q8_0. */
#define LK_STEP_BYTES_MAX 272

/* acc[c] += the products of 256 weights at w with x[c], summed into any lanes, for c < columns (a constant).
 */
typedef void (*lk_step_avx2_fn)(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, int columns);

LK_INLINE float lk_sum_avx2(__m256 v) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

/* One row against `columns` columns. step_bytes: bytes of 256 weights. A row's last step may be short: it is
 * completed with zero bytes, which meet the zeros that end an A8 row. */
LK_INLINE void lk_row_avx2(float *dst, int64_t dst_stride, const uint8_t *row, const uint8_t *x,
                           int64_t x_stride, const int columns, int32_t k, lk_step_avx2_fn step,
                           const int step_bytes) {
    __m256 acc[LK_TILE_COLUMNS];
    const lk_block_a8 *blocks[LK_TILE_COLUMNS];
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) {
        acc[c] = _mm256_setzero_ps();
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
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++) blocks[c]++;
    }
#pragma GCC unroll 4
    for (int c = 0; c < columns; c++) dst[c * dst_stride] = lk_sum_avx2(acc[c]);
}

/* All rows of a tile against `columns` columns. */
LK_INLINE void lk_rows_avx2(float *dst, int64_t dst_stride, const uint8_t *w, int64_t w_stride, int32_t rows,
                            const uint8_t *x, int64_t x_stride, const int columns, int32_t k,
                            lk_step_avx2_fn step, const int step_bytes) {
    for (int32_t r = 0; r < rows; r++)
        lk_row_avx2(dst + r, dst_stride, w + r * w_stride, x, x_stride, columns, k, step, step_bytes);
}

/* Rows whose weights fit LK_TILE_BYTES: 1 at least, all at most. */
LK_INLINE int32_t lk_tile_rows(int64_t w_stride, int32_t rows) {
    int64_t fitting = LK_TILE_BYTES / (w_stride > 0 ? w_stride : 1);
    return fitting < 1 ? 1 : fitting < rows ? (int32_t)fitting : rows;
}

LK_INLINE void lk_matmul_a8_avx2(LK_MATMUL_PARAMETERS, lk_step_avx2_fn step, const int step_bytes) {
    int32_t tile_rows = lk_tile_rows(w_stride, rows);
    for (int32_t r = 0; r < rows; r += tile_rows) {
        int32_t n = rows - r < tile_rows ? rows - r : tile_rows;
        const uint8_t *tile = (const uint8_t *)w + r * w_stride;
        int32_t c = 0;
        for (; c + LK_TILE_COLUMNS <= columns; c += LK_TILE_COLUMNS)
            lk_rows_avx2(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                         (const uint8_t *)x + c * x_stride, x_stride, LK_TILE_COLUMNS, k, step, step_bytes);
        for (; c < columns; c++)
            lk_rows_avx2(dst + c * dst_stride + r, dst_stride, tile, w_stride, n,
                         (const uint8_t *)x + c * x_stride, x_stride, 1, k, step, step_bytes);
    }
}

#endif
