/* How products with AVX-512 leave their registers. */
#ifndef LK_STORE_AVX512_H
#define LK_STORE_AVX512_H

#include "types/inline.h"
#include "types/layout.h"
#include <immintrin.h>

/* The sums of a few panels, sums[panel][column], to dst, which holds what they are added to unless they are
 * the first. stride: floats. All are read before one is written: columns of dst are often a multiple of 4096
 * bytes apart, and then a load from one waits for the store to another. */
LK_INLINE void lk_store_sums(float *dst, int64_t stride, const int width, __m512 (*sums)[width],
                             const int panels, const int columns, bool first) {
    if (!first) LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int r = 0; r < panels; r++)
        sums[r][c] = _mm512_add_ps(_mm512_loadu_ps(dst + c * stride + r * LK_PANEL_ROWS), sums[r][c]);
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int r = 0; r < panels; r++) _mm512_storeu_ps(dst + c * stride + r * LK_PANEL_ROWS, sums[r][c]);
}

#endif
