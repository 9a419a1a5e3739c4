/* Products of panels with AVX-512 VNNI. Sums of 32 rows by 6 columns live in registers. */
#include "types/last_columns.h"
#include "types/scaled_sums_avx512.h"
#include "types/store_avx512.h"

enum { COLUMNS = 6 };

/* A few panels times a few columns: what moves along k. terms: of a column of dst. */
typedef struct tile {
    const lk_panel *panels;
    const lk_block_a8 *x[COLUMNS];
    lk_sum_terms terms[COLUMNS];
} tile;

/* What the compiler knows of a tile. columns: of x, whose `planes` adjacent ones make one of dst; parts: 1
 * where 32 weights share a scale, 2 where 16 do; minimums: likewise, or 0. */
typedef struct shape {
    int panels, columns, planes, parts, minimums;
} shape;

/* The integer sums of a part of block b, for each column of x. */
LK_INLINE void find_plane_sums(__m512i (*sums)[COLUMNS], const tile *t, const shape s, int b,
                               const int part) {
    const int groups = 8 / s.parts;
    LK_UNROLL
    for (int c = 0; c < s.columns; c++)
        sums[0][c] = sums[1][c] = c % s.planes < s.planes - 1
                                      ? _mm512_setzero_si512()
                                      : lk_sum_start(&t->terms[c / s.planes], b, part, s.minimums);
    LK_UNROLL
    for (int g = part * groups; g < (part + 1) * groups; g++) {
        __m512i w[2];
        LK_UNROLL
        for (int r = 0; r < s.panels; r++) w[r] = _mm512_load_si512(t->panels[r].q[8 * b + g]);
        LK_UNROLL
        for (int c = 0; c < s.columns; c++) {
            const __m512i four = lk_repeat(t->x[c]->q + 32 * b + 4 * g);
            LK_UNROLL
            for (int r = 0; r < s.panels; r++) sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], w[r], four);
        }
    }
}

/* The same for each column of dst. */
LK_INLINE void find_sums(__m512i (*sums)[COLUMNS], const tile *t, const shape s, int b, const int part) {
    __m512i planes[2][COLUMNS];
    find_plane_sums(planes, t, s, b, part);
    LK_UNROLL
    for (int r = 0; r < s.panels; r++) LK_UNROLL
    for (int c = 0; c < s.columns / s.planes; c++)
        sums[r][c] = s.planes == 2 ? lk_join_planes(planes[r][2 * c], planes[r][2 * c + 1]) : planes[r][c];
}

LK_INLINE void add_block(__m512 (*acc)[COLUMNS], const tile *t, const shape s, int b) {
    __m512i sums[2][2][COLUMNS];
    LK_UNROLL
    for (int part = 0; part < s.parts; part++) find_sums(sums[part], t, s, b, part);
    LK_UNROLL
    for (int r = 0; r < s.panels; r++) {
        __m512 scale[2], minimum[2];
        LK_UNROLL
        for (int part = 0; part < s.parts; part++)
            scale[part] = _mm512_load_ps(t->panels[r].scale[s.parts * b + part]);
        LK_UNROLL
        for (int part = 0; part < s.minimums; part++)
            minimum[part] = _mm512_load_ps(t->panels[r].minimum[s.minimums * b + part]);
        LK_UNROLL
        for (int c = 0; c < s.columns / s.planes; c++) {
            const __m512i both[2] = {sums[0][r][c], sums[s.parts - 1][r][c]};
            acc[r][c] = lk_add_scaled(acc[r][c], both, &t->terms[c], b, s.parts, s.minimums, scale, minimum,
                                      t->x[s.planes * c + s.planes - 1]->d[b]);
        }
    }
}

LK_INLINE void add_chunk(__m512 (*acc)[COLUMNS], tile *t, const lk_panel_product *p, const shape s, int32_t i,
                         const bool asks) {
    const lk_panel_kind kind = {32 / s.parts, s.minimums ? 32 / s.minimums : 0, p->kind.offset, p->kind.most};
    const int blocks = (p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH) / 32;
    LK_UNROLL
    for (int c = 0; c < s.columns / s.planes; c++)
        lk_find_terms(&t->terms[c], t->x + s.planes * c, s.planes, kind);
    for (int b = 0; b < blocks; b++) {
        if (asks) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
        add_block(acc, t, s, b);
    }
}

/* All chunks of columns [c, c + s.columns). */
LK_INLINE void multiply_tile(const lk_panel_product *p, int32_t c, const shape s) {
    tile t = {.panels = p->panels};
    __m512 acc[2][COLUMNS];
    LK_UNROLL
    for (int j = 0; j < s.columns; j++) {
        t.x[j] = (const lk_block_a8 *)(const void *)(p->x + (c + j) * p->x_stride);
        acc[0][j] = acc[1][j] = _mm512_setzero_ps();
    }
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, t.panels += s.panels) {
        add_chunk(acc, &t, p, s, i, c == 0);
        LK_UNROLL
        for (int j = 0; j < s.columns; j++) t.x[j]++;
    }
    lk_store_sums(p->dst + c / s.planes * p->dst_stride, p->dst_stride, COLUMNS, acc, s.panels,
                  s.columns / s.planes, p->first);
}

LK_INLINE void multiply_columns(const lk_panel_product *p, shape s) {
    int32_t c = 0;
    for (s.columns = COLUMNS; c + COLUMNS <= p->columns; c += COLUMNS) multiply_tile(p, c, s);
    LK_LAST_COLUMNS((p->columns - c) / s.planes, COLUMNS / s.planes,
                    (s.columns = s.planes * last, multiply_tile(p, c, s)))
}

LK_INLINE void multiply_kind(const lk_panel_product *p, shape s) {
    s.parts = 1;
    if (p->kind.group == 32 && !p->kind.minimums) {
        multiply_columns(p, s);
    } else if (p->kind.minimums == 32) {
        s.minimums = 1;
        multiply_columns(p, s);
    } else if (p->kind.minimums == 16) {
        s.minimums = 2;
        multiply_columns(p, s);
    } else {
        s.parts = 2;
        multiply_columns(p, s);
    }
}

LK_INLINE void multiply_panels(const lk_panel_product *p, shape s) {
    if (p->planes == 2) {
        s.planes = 2;
        multiply_kind(p, s);
    } else {
        s.planes = 1;
        multiply_kind(p, s);
    }
}

static void multiply(const lk_panel_product *p) {
    if (p->panel_count == 2)
        multiply_panels(p, (shape){.panels = 2});
    else
        multiply_panels(p, (shape){.panels = 1});
}

const lk_panel_products lk_panel_products_avx512 = {
    .panel_count = 2, .chunks = LK_STEP_AVX512 / LK_PANEL_LENGTH, .multiply = multiply};
