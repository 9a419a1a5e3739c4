/* Products of panels with ARMv8.2's sdot, which multiplies 4 weights of each of 4 rows with one of the 4
 * quadruples of activations in a vector. */
#include "types/panel_neon.h"

/* sdot takes the number of the quadruple in the instruction. */
LK_INLINE int32x4_t add_four(int32x4_t sums, int8x16_t w, int8x16_t x, const int quadruple) {
    switch (quadruple) {
    case 0:
        return vdotq_laneq_s32(sums, w, x, 0);
    case 1:
        return vdotq_laneq_s32(sums, w, x, 1);
    case 2:
        return vdotq_laneq_s32(sums, w, x, 2);
    default:
        return vdotq_laneq_s32(sums, w, x, 3);
    }
}

LK_INLINE void dot(int32x4_t (*sums)[LK_MOST_COLUMNS], const lk_panel *panel, const lk_block_a8 *const *x,
                   const int columns, int part, const lk_panel_form f) {
    const int groups = 8 / f.parts;
    LK_UNROLL
    for (int first = 0; first < groups; first += 4) {
        int8x16_t sixteen[LK_MOST_COLUMNS];
        LK_UNROLL
        for (int c = 0; c < columns; c++) sixteen[c] = vld1q_s8(x[c]->q + 4 * (groups * part + first));
        LK_UNROLL
        for (int i = 0; i < 4; i++) LK_UNROLL
        for (int r = 0; r < LK_QUARTERS; r++) {
            const int8x16_t w = lk_load_weights(panel, groups * part + first + i, r, f.flip);
            LK_UNROLL
            for (int c = 0; c < columns; c++) sums[r][c] = add_four(sums[r][c], w, sixteen[c], i);
        }
    }
}

static void multiply(const lk_panel_product *p) {
    lk_multiply_panels(p, 4, dot);
}

const lk_panel_products lk_panel_products_neon_dotprod = {
    .panel_count = 1, .chunks = 2, .multiply = multiply};
