/* The loops of the products of floats for NEON: four vectors are a weight of each of the 16 rows of a panel,
 * and each element of the result a chain of fused multiply-adds in a lane. 4 columns are 16 chains, beside 8
 * vectors of two weights of each row and a pair of activations of each column. */
#ifndef LK_DENSE_NEON_H
#define LK_DENSE_NEON_H

#include "types/dense.h"
#include "types/inline.h"
#include "types/last_columns.h"
#include <arm_neon.h>

enum { LK_DENSE_COLUMNS = 4, LK_QUARTERS = 4 };

/* Weights k to k + count - 1 of 4 rows of a chunk as floats, those from 4 quarter on; count is 2, or 1 at the
 * end of k. k is even. */
typedef void (*lk_dense_load_fn)(float32x4_t *w, const uint8_t *chunk, int32_t k, const int quarter,
                                 const int count);

LK_INLINE void lk_dense_store(const lk_dense_product *p, int32_t c, int r, int quarter, float32x4_t sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS + 4 * quarter;
    vst1q_f32(dst, p->first ? sums : vaddq_f32(vld1q_f32(dst), sums));
}

LK_INLINE void lk_dense_step(float32x4_t (*acc)[LK_DENSE_COLUMNS], const uint8_t *chunk,
                             const float *const *x, int32_t k, const int columns, const int count,
                             lk_dense_load_fn load) {
    float32x2_t pairs[LK_DENSE_COLUMNS];
    LK_UNROLL
    for (int c = 0; c < columns; c++) pairs[c] = count == 2 ? vld1_f32(x[c] + k) : vld1_dup_f32(x[c] + k);
    LK_UNROLL
    for (int q = 0; q < LK_QUARTERS; q++) {
        float32x4_t w[2];
        load(w, chunk, k, q, count);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            acc[q][c] = vfmaq_lane_f32(acc[q][c], w[0], pairs[c], 0);
            if (count == 2) acc[q][c] = vfmaq_lane_f32(acc[q][c], w[1], pairs[c], 1);
        }
    }
}

LK_INLINE void lk_dense_tile(const lk_dense_product *p, int r, int32_t c, const int columns, const int bytes,
                             lk_dense_load_fn load) {
    const uint8_t *chunk = p->w + r * p->panel_stride;
    const float *x[LK_DENSE_COLUMNS];
    float32x4_t acc[LK_QUARTERS][LK_DENSE_COLUMNS];
    for (int j = 0; j < columns; j++) {
        x[j] = (const float *)(const void *)(p->x + (c + j) * p->x_stride);
        for (int q = 0; q < LK_QUARTERS; q++) acc[q][j] = vdupq_n_f32(0);
    }
    int32_t k = 0;
    for (; k + 2 <= p->n; k += 2) {
        if (c == 0) lk_dense_ask(p, chunk + k * LK_PANEL_ROWS * bytes, bytes);
        lk_dense_step(acc, chunk, x, k, columns, 2, load);
    }
    if (k < p->n) lk_dense_step(acc, chunk, x, k, columns, 1, load);
    for (int j = 0; j < columns; j++)
        for (int q = 0; q < LK_QUARTERS; q++) lk_dense_store(p, c + j, r, q, acc[q][j]);
}

LK_INLINE void lk_dense_columns(const lk_dense_product *p, int r, const int bytes, lk_dense_load_fn load) {
    int32_t c = 0;
    for (; c + LK_DENSE_COLUMNS <= p->columns; c += LK_DENSE_COLUMNS)
        lk_dense_tile(p, r, c, LK_DENSE_COLUMNS, bytes, load);
    LK_LAST_COLUMNS(p->columns - c, LK_DENSE_COLUMNS, lk_dense_tile(p, r, c, last, bytes, load))
}

/* bytes: of a weight. */
LK_INLINE void lk_dense_multiply(const lk_dense_product *p, const int bytes, lk_dense_load_fn load) {
    for (int r = 0; r < p->panel_count; r++) lk_dense_columns(p, r, bytes, load);
}

#endif
