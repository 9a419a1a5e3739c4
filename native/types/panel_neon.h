/* Products of panels with NEON, whatever multiplies bytes: a quarter of a panel, 4 rows by 4 weights, is a
 * vector.
 *
 * Weights are signed bytes: those above 127 are taken as q - 128, which is q with its highest bit flipped. */
#ifndef LK_PANEL_NEON_H
#define LK_PANEL_NEON_H

#include "types/float_bits.h"
#include "types/inline.h"
#include "types/panel.h"
#include <arm_neon.h>
#include <string.h>

enum { LK_QUARTERS = 4, LK_MOST_COLUMNS = 4 };

/* What a kernel is compiled for. */
typedef struct lk_panel_form {
    int parts; /* of a block of 32 weights: 2 where 16 share a scale */
    bool minimums;
    int depth; /* groups of 4 weights whose products may be added up in int16, one of the 4 in a lane */
    bool flip; /* weights are above 127 */
} lk_panel_form;

/* Adds the products of a part's weights and of the columns' activations to sums, a lane for each row. */
typedef void (*lk_dot_fn)(int32x4_t (*sums)[LK_MOST_COLUMNS], const lk_panel *panel,
                          const lk_block_a8 *const *x, const int columns, int part, const lk_panel_form f);

/* Weights 4 g to 4 g + 3 of the rows of a quarter. */
LK_INLINE int8x16_t lk_load_weights(const lk_panel *panel, int g, int quarter, const bool flip) {
    const uint8x16_t q = vld1q_u8(panel->q[g][4 * quarter]);
    return vreinterpretq_s8_u8(flip ? veorq_u8(q, vdupq_n_u8(128)) : q);
}

/* Has the sums over the blocks wait in memory: beside the integer sums of a wide tile they have no registers,
 * and compilers that try nevertheless spill both. */
LK_INLINE void lk_keep_in_memory(void *acc) {
    __asm__ volatile("" : : "r"(acc) : "memory");
}

/* Weights that share a scale. */
LK_INLINE void lk_add_part(float32x4_t (*acc)[LK_MOST_COLUMNS], const lk_panel *panel,
                           const lk_block_a8 *const *x, const int columns, int part, const lk_panel_form f,
                           int32_t offset, lk_dot_fn dot) {
    int32x4_t sums[LK_QUARTERS][LK_MOST_COLUMNS];
    int32_t activations[LK_MOST_COLUMNS];
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const int16_t *sum = x[c]->sum + part * 2 / f.parts;
        activations[c] = f.parts == 1 ? sum[0] + sum[1] : sum[0];
        LK_UNROLL
        for (int r = 0; r < LK_QUARTERS; r++)
            sums[r][c] = vdupq_n_s32(LK_LARGE_BITS - (f.minimums ? 0 : offset * activations[c]));
    }
    dot(sums, panel, x, columns, part, f);
    if (columns > 2) lk_keep_in_memory(acc);
    LK_UNROLL
    for (int r = 0; r < LK_QUARTERS; r++) {
        const float32x4_t scale = vld1q_f32(&panel->scale[part][4 * r]);
        const float32x4_t large = vmulq_n_f32(scale, -LK_LARGE);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            float32x4_t product = vfmaq_f32(large, vreinterpretq_f32_s32(sums[r][c]), scale);
            if (f.minimums)
                product =
                    vfmaq_n_f32(product, vld1q_f32(&panel->minimum[part][4 * r]), (float)activations[c]);
            acc[r][c] = vfmaq_n_f32(acc[r][c], product, x[c]->d[part / f.parts]);
        }
    }
}

/* The sums of a quarter, counted over the panels, to column c of dst. */
LK_INLINE void lk_store_sums(const lk_panel_product *p, int32_t c, int quarter, float32x4_t sums) {
    float *dst = p->dst + c * p->dst_stride + 4 * quarter;
    vst1q_f32(dst, p->first ? sums : vaddq_f32(vld1q_f32(dst), sums));
}

/* All chunks of a panel times a few columns. */
LK_INLINE void lk_multiply_tile(const lk_panel_product *p, int32_t c, const int columns,
                                const lk_panel_form f, lk_dot_fn dot) {
    const lk_block_a8 *x[LK_MOST_COLUMNS];
    float32x4_t acc[LK_QUARTERS][LK_MOST_COLUMNS];
    const int32_t offset = p->kind.offset - (f.flip ? 128 : 0);
    for (int j = 0; j < columns; j++) {
        x[j] = (const lk_block_a8 *)(const void *)(p->x + (c + j) * p->x_stride);
        for (int r = 0; r < LK_QUARTERS; r++) acc[r][j] = vdupq_n_f32(0);
    }
    const lk_panel *panel = p->panels;
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, panel++) {
        const int n = p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH;
        for (int b = 0; b < n / 32; b++) {
            if (c == 0) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
            for (int part = b * f.parts; part < (b + 1) * f.parts; part++)
                lk_add_part(acc, panel, x, columns, part, f, offset, dot);
        }
        for (int j = 0; j < columns; j++) x[j]++;
    }
    const int planes = columns % 2 == 0 ? p->planes : 1;
    for (int r = 0; r < LK_QUARTERS; r++)
        for (int j = 0; j < columns; j += planes)
            lk_store_sums(p, (c + j) / planes, r,
                          planes == 2 ? vaddq_f32(acc[r][j], acc[r][j + 1]) : acc[r][j]);
}

/* `tile` columns at a time, 2 or 4; what is left two and one at a time. */
LK_INLINE void lk_multiply_columns(const lk_panel_product *p, const int tile, const lk_panel_form f,
                                   lk_dot_fn dot) {
    int32_t c = 0;
    for (; c + tile <= p->columns; c += tile) lk_multiply_tile(p, c, tile, f, dot);
    if (tile > 2 && c + 2 <= p->columns) {
        lk_multiply_tile(p, c, 2, f, dot);
        c += 2;
    }
    if (c < p->columns) lk_multiply_tile(p, c, 1, f, dot);
}

/* Products with activations in [-127, 127] stay in int16 where 127 depth |q| <= 32767. Weights with minimums
 * have 5 bits at most. */
LK_INLINE void lk_multiply_parts(const lk_panel_product *p, const int tile, const int parts, lk_dot_fn dot) {
    if (p->kind.minimums)
        lk_multiply_columns(p, tile, (lk_panel_form){parts, true, 8, false}, dot);
    else if (p->kind.most <= 32)
        lk_multiply_columns(p, tile, (lk_panel_form){parts, false, 8, false}, dot);
    else if (p->kind.most <= 64)
        lk_multiply_columns(p, tile, (lk_panel_form){parts, false, 4, false}, dot);
    else if (p->kind.most <= 127)
        lk_multiply_columns(p, tile, (lk_panel_form){parts, false, 2, false}, dot);
    else
        lk_multiply_columns(p, tile, (lk_panel_form){parts, false, 2, true}, dot);
}

LK_INLINE void lk_multiply_panels(const lk_panel_product *p, const int tile, lk_dot_fn dot) {
    if (p->kind.group == 32)
        lk_multiply_parts(p, tile, 1, dot);
    else
        lk_multiply_parts(p, tile, 2, dot);
}

#endif
