/* The products of weights that become floats in registers, by activations as they are. */
#ifndef LK_DENSE_FLOATS_AVX512_H
#define LK_DENSE_FLOATS_AVX512_H

#include "types/dense_avx512.h"

/* Weights k to k + count - 1 of a panel as floats. */
typedef void (*lk_dense_load_fn)(__m512 *w, const uint8_t *panel, int32_t k, const int count);

LK_INLINE void lk_dense_floats_step(lk_dense_sums acc, const uint8_t *const *w, const lk_dense_columns *x,
                                    int32_t k, const int panels, const int columns, const int count,
                                    lk_dense_load_fn load) {
    __m512 v[2][2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) load(v[r], w[r], k, count);
    LK_UNROLL
    for (int i = 0; i < count; i++) LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m512 one = _mm512_set1_ps(lk_dense_float(x, c, i));
        LK_UNROLL
        for (int r = 0; r < panels; r++) acc[r][c] = _mm512_fmadd_ps(v[r][i], one, acc[r][c]);
    }
}

#endif
