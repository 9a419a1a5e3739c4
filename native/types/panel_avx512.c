/* Products of panels with AVX-512 VNNI. */
#include "types/scaled_sums_avx512.h"

enum { COLUMNS = 6 };

/* One block of 32 weights: what the columns share. */
typedef struct block_of {
    const lk_panel *panels;
    int index; /* of the block in its panel */
} block_of;

/* Weights [first, first + 4 groups) of a block, from the integer sum `start` of each column. */
LK_INLINE void add_products(__m512i (*sums)[COLUMNS], const block_of *block, const lk_block_a8 *const *x,
                            const int panels, const int columns, const int first, const int groups) {
    LK_UNROLL
    for (int g = first; g < first + groups; g++) {
        __m512i w[2];
        LK_UNROLL
        for (int r = 0; r < panels; r++) w[r] = _mm512_load_si512(block->panels[r].q[8 * block->index + g]);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            const __m512i four = lk_repeat(x[c]->q + 32 * block->index + 4 * g);
            LK_UNROLL
            for (int r = 0; r < panels; r++) sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], w[r], four);
        }
    }
}

/* The sums of a group of weights, scaled. */
LK_INLINE void add_scaled(__m512 (*acc)[COLUMNS], __m512i (*sums)[COLUMNS], const block_of *block,
                          const lk_block_a8 *const *x, const int panels, const int columns,
                          const lk_scaled_group group, const int index, const bool minimums) {
    __m512 scale[2], large[2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) {
        scale[r] = _mm512_load_ps(block->panels[r].scale[index]);
        large[r] = _mm512_mul_ps(scale[r], _mm512_set1_ps(LK_LARGE));
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        LK_UNROLL
        for (int r = 0; r < panels; r++)
            acc[r][c] = lk_sum_scaled(acc[r][c], sums[r][c], x[c], group, minimums, scale[r], large[r],
                                      _mm512_load_ps(block->panels[r].minimum[index]));
    }
}

/* parts: 1 where 32 weights share a scale, 2 where 16 do. */
LK_INLINE void add_block(__m512 (*acc)[COLUMNS], const block_of *block, const lk_block_a8 *const *x,
                         const int panels, const int columns, const int parts, const bool minimums,
                         const int32_t offset) {
    LK_UNROLL
    for (int part = 0; part < parts; part++) {
        const lk_scaled_group group = {block->index, parts == 1 || part == 0, parts == 1 || part == 1};
        __m512i sums[2][COLUMNS];
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            sums[0][c] = sums[1][c] = lk_sum_start(x[c], group, minimums, offset);
        add_products(sums, block, x, panels, columns, part * 4, 8 / parts);
        add_scaled(acc, sums, block, x, panels, columns, group, parts * block->index + part, minimums);
    }
}

/* The sums of panel r to column c of dst. */
LK_INLINE void store(const lk_panel_product *p, int32_t c, const int r, __m512 sums) {
    float *dst = p->dst + c * p->dst_stride + r * LK_PANEL_ROWS;
    _mm512_storeu_ps(dst, p->first ? sums : _mm512_add_ps(_mm512_loadu_ps(dst), sums));
}

/* All chunks of a few panels times a few columns. */
LK_INLINE void multiply_tile(const lk_panel_product *p, int32_t c, const int panels, const int columns,
                             const int parts, const bool minimums) {
    const lk_block_a8 *x[COLUMNS];
    __m512 acc[2][COLUMNS];
    LK_UNROLL
    for (int j = 0; j < columns; j++) {
        x[j] = (const lk_block_a8 *)(const void *)(p->x + (c + j) * p->x_stride);
        acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    }
    const lk_panel *panel = p->panels;
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, panel += panels) {
        const int blocks = (p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH) / 32;
        for (int b = 0; b < blocks; b++) {
            const block_of block = {panel, b};
            if (c == 0) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
            add_block(acc, &block, x, panels, columns, parts, minimums, p->kind.offset);
        }
        LK_UNROLL
        for (int j = 0; j < columns; j++) x[j]++;
    }
    if (p->planes == 2 && columns % 2 == 0) {
        LK_UNROLL
        for (int j = 0; j < columns; j += 2)
            for (int r = 0; r < panels; r++)
                store(p, (c + j) / 2, r, _mm512_add_ps(acc[r][j], acc[r][j + 1]));
        return;
    }
    LK_UNROLL
    for (int j = 0; j < columns; j++)
        for (int r = 0; r < panels; r++) store(p, c + j, r, acc[r][j]);
}

LK_INLINE void multiply_columns(const lk_panel_product *p, const int panels, const int parts,
                                const bool minimums) {
    int32_t c = 0;
    for (; c + COLUMNS <= p->columns; c += COLUMNS) multiply_tile(p, c, panels, COLUMNS, parts, minimums);
    switch (p->columns - c) {
    case 5:
        multiply_tile(p, c, panels, 5, parts, minimums);
        break;
    case 4:
        multiply_tile(p, c, panels, 4, parts, minimums);
        break;
    case 3:
        multiply_tile(p, c, panels, 3, parts, minimums);
        break;
    case 2:
        multiply_tile(p, c, panels, 2, parts, minimums);
        break;
    case 1:
        multiply_tile(p, c, panels, 1, parts, minimums);
        break;
    default:
        break;
    }
}

LK_INLINE void multiply_panels(const lk_panel_product *p, const int parts, const bool minimums) {
    if (p->panel_count == 2)
        multiply_columns(p, 2, parts, minimums);
    else
        multiply_columns(p, 1, parts, minimums);
}

static void multiply(const lk_panel_product *p) {
    if (p->kind.group == 32 && !p->kind.minimums)
        multiply_panels(p, 1, false);
    else if (p->kind.group == 32)
        multiply_panels(p, 1, true);
    else if (!p->kind.minimums)
        multiply_panels(p, 2, false);
    else
        multiply_panels(p, 2, true);
}

const lk_panel_products lk_panel_products_avx512 = {
    .panel_count = 2, .chunks = LK_STEP_AVX512 / LK_PANEL_LENGTH, .multiply = multiply};
