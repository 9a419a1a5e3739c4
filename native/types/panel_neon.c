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

const lk_panel_products lk_panel_products_neon = {.panel_count = 1, .chunks = 2, .multiply = multiply};
