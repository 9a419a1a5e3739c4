/* Products of panels of floats with AVX-512: two chains of fused multiply-adds for each element, of the even
 * and the odd weights. */
#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>

enum { COLUMNS = 6 };

/* The sums of panel r to column c of dst. */
LK_INLINE void store(const lk_panel_product *p, int32_t c, const int r, __m512 sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS;
    _mm512_storeu_ps(dst, p->first ? sums : _mm512_add_ps(_mm512_loadu_ps(dst), sums));
}

LK_INLINE void multiply_dense_tile(const lk_panel_product *p, int32_t c, const int panels,
                                   const int columns) {
    const uint8_t *x = p->x + c * p->x_stride;
    const lk_dense_panel *panel = p->panels;
    __m512 acc[2][2][COLUMNS];
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) acc[0][r][j] = acc[1][r][j] = _mm512_setzero_ps();
    for (int32_t i = 0; i < p->n; i += 2) {
        LK_UNROLL
        for (int odd = 0; odd < 2; odd++) {
            if (odd && i + 1 == p->n) break;
            __m512 w[2];
            LK_UNROLL
            for (int r = 0; r < panels; r++) w[r] = _mm512_load_ps(panel[r].w[i + odd]);
            LK_UNROLL
            for (int j = 0; j < columns; j++) {
                const float *column = (const float *)(const void *)(x + j * p->x_stride);
                const __m512 one = _mm512_set1_ps(column[i + odd]);
                LK_UNROLL
                for (int r = 0; r < panels; r++) acc[odd][r][j] = _mm512_fmadd_ps(w[r], one, acc[odd][r][j]);
            }
        }
    }
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) store(p, c + j, r, _mm512_add_ps(acc[0][r][j], acc[1][r][j]));
}

LK_INLINE void multiply_dense_columns(const lk_panel_product *p, const int panels) {
    int32_t c = 0;
    for (; c + COLUMNS <= p->columns; c += COLUMNS) multiply_dense_tile(p, c, panels, COLUMNS);
    for (; c + 4 <= p->columns; c += 4) multiply_dense_tile(p, c, panels, 4);
    for (; c + 2 <= p->columns; c += 2) multiply_dense_tile(p, c, panels, 2);
    for (; c < p->columns; c++) multiply_dense_tile(p, c, panels, 1);
}

void lk_multiply_dense_avx512(const lk_panel_product *p) {
    if (p->panel_count == 2)
        multiply_dense_columns(p, 2);
    else
        multiply_dense_columns(p, 1);
}
