/* Products of panels of floats with AVX2: two chains of fused multiply-adds for each element, of the even and
 * the odd weights. */
#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>

enum { COLUMNS = 3, HALVES = 2 };

/* The sums of half h, counted over the panels, to column c of dst. */
LK_INLINE void store(const lk_panel_product *p, int32_t c, int h, __m256 sums) {
    float *dst = p->dst + c * p->dst_stride + 8 * h;
    _mm256_storeu_ps(dst, p->first ? sums : _mm256_add_ps(_mm256_loadu_ps(dst), sums));
}

LK_INLINE void multiply_dense_tile(const lk_panel_product *p, int r, int32_t c, const int panels,
                                   const int columns) {
    const uint8_t *x = p->x + c * p->x_stride;
    const lk_dense_panel *panel = (const lk_dense_panel *)p->panels + r;
    __m256 acc[2][2 * HALVES][COLUMNS];
    for (int j = 0; j < columns; j++)
        for (int h = 0; h < HALVES * panels; h++) acc[0][h][j] = acc[1][h][j] = _mm256_setzero_ps();
    for (int32_t i = 0; i < p->n; i += 2) {
        LK_UNROLL
        for (int odd = 0; odd < 2; odd++) {
            if (odd && i + 1 == p->n) break;
            __m256 w[2 * HALVES];
            LK_UNROLL
            for (int h = 0; h < HALVES * panels; h++)
                w[h] = _mm256_load_ps(panel[h / HALVES].w[i + odd] + 8 * (h % HALVES));
            LK_UNROLL
            for (int j = 0; j < columns; j++) {
                const float *column = (const float *)(const void *)(x + j * p->x_stride);
                const __m256 one = _mm256_broadcast_ss(column + i + odd);
                LK_UNROLL
                for (int h = 0; h < HALVES * panels; h++)
                    acc[odd][h][j] = _mm256_fmadd_ps(w[h], one, acc[odd][h][j]);
            }
        }
    }
    LK_UNROLL
    for (int j = 0; j < columns; j++) LK_UNROLL
    for (int h = 0; h < HALVES * panels; h++)
        store(p, c + j, HALVES * r + h, _mm256_add_ps(acc[0][h][j], acc[1][h][j]));
}

/* A column alone takes two panels at once, so that its chains do not wait for themselves. */
void lk_multiply_dense_avx2(const lk_panel_product *p) {
    const int32_t tiled = p->columns / COLUMNS * COLUMNS;
    for (int r = 0; r < p->panel_count; r++) {
        for (int32_t c = 0; c < tiled; c += COLUMNS) multiply_dense_tile(p, r, c, 1, COLUMNS);
        if (p->columns - tiled == 2) multiply_dense_tile(p, r, tiled, 1, 2);
    }
    if (p->columns - tiled != 1) return;
    if (p->panel_count == 2)
        multiply_dense_tile(p, 0, tiled, 2, 1);
    else
        multiply_dense_tile(p, 0, tiled, 1, 1);
}
