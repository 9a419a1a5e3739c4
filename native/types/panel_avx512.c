/* Products of panels with AVX-512 VNNI: vpdpbusd multiplies 4 unsigned weights of each of 16 rows with 4
 * signed activations of a column, which the load repeats for all rows.
 *
 * Integer sums begin at a float's bits: the bits of LARGE + s are those of LARGE plus s, for |s| < 2^22. So a
 * sum becomes a float without an instruction, and one fused multiply-subtract gives scale s, rounded once:
 * scale LARGE is exact, since scales have 20 significant bits at most. */
#include "types/inline.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

enum { LARGE_BITS = 0x4b400000, COLUMNS = 6 };

#define LARGE 0x1.8p23f

/* 4 bytes of memory in every lane. */
LK_INLINE __m512i repeat(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm512_set1_epi32(word);
}

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
            const __m512i four = repeat(x[c]->q + 32 * block->index + 4 * g);
            LK_UNROLL
            for (int r = 0; r < panels; r++) sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], w[r], four);
        }
    }
}

/* The sums of a group of weights, scaled, with their minimums times those of the activations (pair says
 * which). */
LK_INLINE void add_scaled(__m512 (*acc)[COLUMNS], __m512i (*sums)[COLUMNS], const block_of *block,
                          const lk_block_a8 *const *x, const int panels, const int columns, const int group,
                          const bool minimums, const __m512i pair) {
    __m512 scale[2], large[2];
    LK_UNROLL
    for (int r = 0; r < panels; r++) {
        scale[r] = _mm512_load_ps(block->panels[r].scale[group]);
        large[r] = _mm512_mul_ps(scale[r], _mm512_set1_ps(LARGE));
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        const __m512 d = _mm512_set1_ps(x[c]->d[block->index]);
        __m512 activations;
        if (minimums) {
            const __m512i sum = _mm512_dpwssd_epi32(_mm512_set1_epi32(LARGE_BITS), pair,
                                                    repeat(x[c]->sum + 2 * block->index));
            activations = _mm512_sub_ps(_mm512_castsi512_ps(sum), _mm512_set1_ps(LARGE));
        }
        LK_UNROLL
        for (int r = 0; r < panels; r++) {
            __m512 product = _mm512_fmsub_ps(_mm512_castsi512_ps(sums[r][c]), scale[r], large[r]);
            if (minimums)
                product =
                    _mm512_fmadd_ps(activations, _mm512_load_ps(block->panels[r].minimum[group]), product);
            acc[r][c] = _mm512_fmadd_ps(product, d, acc[r][c]);
        }
    }
}

/* Factors of the sums of the first and the last 16 activations of a block. */
LK_INLINE __m512i factors(const bool low, const bool high, int32_t factor) {
    const uint32_t bits = (uint16_t)factor;
    return _mm512_set1_epi32((int32_t)((low ? bits : 0) | (high ? bits << 16 : 0)));
}

/* parts: 1 where 32 weights share a scale, 2 where 16 do. */
LK_INLINE void add_block(__m512 (*acc)[COLUMNS], const block_of *block, const lk_block_a8 *const *x,
                         const int panels, const int columns, const int parts, const bool minimums,
                         const int32_t offset) {
    LK_UNROLL
    for (int part = 0; part < parts; part++) {
        const bool low = parts == 1 || part == 0, high = parts == 1 || part == 1;
        __m512i sums[2][COLUMNS];
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m512i start = _mm512_set1_epi32(LARGE_BITS);
            if (!minimums)
                start = _mm512_dpwssd_epi32(start, factors(low, high, -offset),
                                            repeat(x[c]->sum + 2 * block->index));
            sums[0][c] = sums[1][c] = start;
        }
        add_products(sums, block, x, panels, columns, part * 4, 8 / parts);
        add_scaled(acc, sums, block, x, panels, columns, parts * block->index + part, minimums,
                   factors(low, high, 1));
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

const lk_panel_products lk_panel_products_avx512 = {.panel_count = 2, .chunks = 2, .multiply = multiply};
