/* Products of panels with the NEON that every 64-bit ARM has: smlal multiplies 8 bytes and adds to int16. */
#include "types/panel_neon.h"

/* The first and the last two rows of a quarter, each with a lane for each of 4 weights, in int16. */
typedef struct half_sums {
    int16x8_t first, last;
} half_sums;

LK_INLINE half_sums add_four(half_sums sums, int8x16_t w, int8x16_t four, const bool fresh) {
    if (fresh) return (half_sums){vmull_s8(vget_low_s8(w), vget_low_s8(four)), vmull_high_s8(w, four)};
    return (half_sums){vmlal_s8(sums.first, vget_low_s8(w), vget_low_s8(four)),
                       vmlal_high_s8(sums.last, w, four)};
}

LK_INLINE void dot(int32x4_t (*sums)[LK_MOST_COLUMNS], const lk_panel *panel, const lk_block_a8 *const *x,
                   const int columns, int part, const lk_panel_form f) {
    const int groups = 8 / f.parts, depth = f.depth < groups ? f.depth : groups;
    LK_UNROLL
    for (int run = 0; run < groups; run += depth) {
        half_sums pairs[LK_QUARTERS][LK_MOST_COLUMNS];
        LK_UNROLL
        for (int i = 0; i < depth; i++) {
            const int g = groups * part + run + i;
            LK_UNROLL
            for (int c = 0; c < columns; c++) {
                int32_t four;
                memcpy(&four, x[c]->q + 4 * g, sizeof four);
                const int8x16_t repeated = vreinterpretq_s8_s32(vdupq_n_s32(four));
                LK_UNROLL
                for (int r = 0; r < LK_QUARTERS; r++)
                    pairs[r][c] =
                        add_four(pairs[r][c], lk_load_weights(panel, g, r, f.flip), repeated, i == 0);
            }
        }
        LK_UNROLL
        for (int c = 0; c < columns; c++) LK_UNROLL
        for (int r = 0; r < LK_QUARTERS; r++) {
            const int32x4_t four_sums =
                vpaddq_s32(vpaddlq_s16(pairs[r][c].first), vpaddlq_s16(pairs[r][c].last));
            sums[r][c] = vaddq_s32(sums[r][c], four_sums);
        }
    }
}

static void multiply(const lk_panel_product *p) {
    lk_multiply_panels(p, 2, dot);
}

/* Panels of floats: one chain of fused multiply-adds for each element. */
LK_INLINE void multiply_dense_tile(const lk_panel_product *p, int32_t c, const int columns) {
    const uint8_t *x = p->x + c * p->x_stride;
    const lk_dense_panel *panel = p->panels;
    float32x4_t acc[LK_QUARTERS][LK_DENSE_COLUMNS];
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
    for (; c + LK_DENSE_COLUMNS <= p->columns; c += LK_DENSE_COLUMNS)
        multiply_dense_tile(p, c, LK_DENSE_COLUMNS);
    for (; c + 2 <= p->columns; c += 2) multiply_dense_tile(p, c, 2);
    if (c < p->columns) multiply_dense_tile(p, c, 1);
}

const lk_panel_products lk_panel_products_neon = {.panel_count = 1,
                                                  .dense_panel_count = 1,
                                                  .chunks = 2,
                                                  .quantized = multiply,
                                                  .dense = lk_multiply_dense_neon};
