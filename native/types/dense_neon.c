/* Products of panels of floats with NEON: one chain of fused multiply-adds for each element. */
#include "types/panel_neon.h"

enum { COLUMNS = 4 };

LK_INLINE void multiply_dense_tile(const lk_panel_product *p, int32_t c, const int columns) {
    const uint8_t *x = p->x + c * p->x_stride;
    const lk_dense_panel *panel = p->panels;
    float32x4_t acc[LK_QUARTERS][COLUMNS];
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < LK_QUARTERS; r++) acc[r][j] = vdupq_n_f32(0);
    for (int32_t i = 0; i < p->n; i++) {
        float32x4_t w[LK_QUARTERS];
        LK_UNROLL
        for (int r = 0; r < LK_QUARTERS; r++) w[r] = vld1q_f32(panel->w[i] + 4 * r);
        LK_UNROLL
        for (int j = 0; j < columns; j++) {
            const float one = ((const float *)(const void *)(x + j * p->x_stride))[i];
            LK_UNROLL
            for (int r = 0; r < LK_QUARTERS; r++) acc[r][j] = vfmaq_n_f32(acc[r][j], w[r], one);
        }
    }
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < LK_QUARTERS; r++) lk_store_sums(p, c + j, r, acc[r][j]);
}

void lk_multiply_dense_neon(const lk_panel_product *p) {
    int32_t c = 0;
    for (; c + COLUMNS <= p->columns; c += COLUMNS) multiply_dense_tile(p, c, COLUMNS);
    for (; c + 2 <= p->columns; c += 2) multiply_dense_tile(p, c, 2);
    if (c < p->columns) multiply_dense_tile(p, c, 1);
}
