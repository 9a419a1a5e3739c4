/* Products of panels with AVX2. Sums of 16 rows by 4 columns live in registers. */
#include "types/last_columns.h"
#include "types/scaled_sums_avx2.h"

enum { COLUMNS = 4, HALVES = 2 };

LK_INLINE __m256i load_weights(const lk_panel *panel, int g, int half) {
    return _mm256_load_si256((const __m256i *)(const void *)panel->q[g][8 * half]);
}

/* Adds the products of 4 `depth` weights from group g of 4 on: a depth whose sums in int16 wait
 * in registers for all columns. */
LK_INLINE void add_long_run(__m256i (*sums)[COLUMNS], const lk_panel *panel, const lk_column *x,
                            const int columns, int g, const int depth, const lk_taken what) {
    __m256i pairs[HALVES][COLUMNS];
    LK_UNROLL
    for (int i = 0; i < depth; i++) {
        const __m256i w[HALVES] = {load_weights(panel, g + i, 0), load_weights(panel, g + i, 1)};
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            const __m256i four = lk_load_four(&x[c], g + i, what);
            LK_UNROLL
            for (int h = 0; h < HALVES; h++) {
                const __m256i product = _mm256_maddubs_epi16(w[h], four);
                pairs[h][c] = i == 0 ? product : lk_keep(_mm256_add_epi16(pairs[h][c], product));
            }
        }
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int h = 0; h < HALVES; h++) sums[h][c] = lk_add_pairs(sums[h][c], pairs[h][c], what);
}

/* The same for a depth of 1 or 2, where the sums themselves stay in registers. */
LK_INLINE void add_short_run(__m256i (*sums)[COLUMNS], const lk_panel *panel, const lk_column *x,
                             const int columns, int g, const int depth) {
    __m256i w[HALVES][2];
    LK_UNROLL
    for (int i = 0; i < depth; i++) {
        w[0][i] = load_weights(panel, g + i, 0);
        w[1][i] = load_weights(panel, g + i, 1);
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        __m256i pairs[HALVES];
        LK_UNROLL
        for (int i = 0; i < depth; i++) {
            const __m256i four = lk_load_four(&x[c], g + i, LK_WHOLE);
            LK_UNROLL
            for (int h = 0; h < HALVES; h++) {
                const __m256i product = _mm256_maddubs_epi16(w[h][i], four);
                pairs[h] = i == 0 ? product : _mm256_add_epi16(pairs[h], product);
            }
        }
        LK_UNROLL
        for (int h = 0; h < HALVES; h++) sums[h][c] = lk_keep(lk_add_pairs(sums[h][c], pairs[h], LK_WHOLE));
    }
}

/* The products of all weights of a part. */
LK_INLINE void add_products(__m256i (*sums)[COLUMNS], const lk_panel *panel, const lk_column *x,
                            const int columns, int part, const lk_form f) {
    const int groups = 8 / f.parts;
    if (f.apart) {
        add_long_run(sums, panel, x, columns, groups * part, groups, LK_HIGH);
        __asm__ volatile("" ::: "memory"); /* load the weights again: they are more than the registers */
        add_long_run(sums, panel, x, columns, groups * part, groups, LK_LOW);
        return;
    }
    LK_UNROLL
    for (int g = 0; g < groups; g += f.depth)
        if (f.depth > 2)
            add_long_run(sums, panel, x, columns, groups * part + g, f.depth, LK_WHOLE);
        else
            add_short_run(sums, panel, x, columns, groups * part + g, f.depth);
}

/* Weights that share a scale. */
LK_INLINE void add_part(__m256 (*acc)[COLUMNS], const lk_panel *panel, const lk_column *x, const int columns,
                        int part, const lk_form f) {
    __m256i sums[HALVES][COLUMNS];
    LK_UNROLL
    for (int c = 0; c < columns; c++) sums[0][c] = sums[1][c] = lk_repeat(&x[c].starts[part]);
    add_products(sums, panel, x, columns, part, f);
    LK_UNROLL
    for (int h = 0; h < HALVES; h++) {
        const __m256 scale = _mm256_load_ps(&panel->scale[part][8 * h]);
        const __m256 large = _mm256_mul_ps(scale, _mm256_set1_ps(LK_LARGE));
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[h][c] = lk_add_scaled(acc[h][c], sums[h][c], &x[c], part, f, scale, large,
                                      &panel->minimum[part][8 * h]);
    }
}

/* The sums of half h, counted over the panels, to column c of dst. */
LK_INLINE void store(const lk_panel_product *p, int32_t c, int h, __m256 sums) {
    float *dst = p->dst + c * p->dst_stride + 8 * h;
    _mm256_storeu_ps(dst, p->first ? sums : _mm256_add_ps(_mm256_loadu_ps(dst), sums));
}

/* All chunks of a panel times a few columns. */
LK_INLINE void multiply_tile(const lk_panel_product *p, int32_t c, const int columns, const lk_form f) {
    __m256 acc[HALVES][COLUMNS];
    lk_column x[COLUMNS];
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm256_setzero_ps();
    const lk_panel *panel = p->panels;
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, panel++) {
        const int n = p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH;
        for (int j = 0; j < columns; j++) {
            const uint8_t *column = p->x + (c + j) * p->x_stride;
            lk_prepare_column(&x[j], (const lk_block_a8 *)(const void *)column + i / LK_PANEL_LENGTH, f,
                              p->kind.offset);
        }
        for (int b = 0; b < n / 32; b++) {
            if (c == 0) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
            for (int part = b * f.parts; part < (b + 1) * f.parts; part++)
                add_part(acc, panel, x, columns, part, f);
        }
    }
    const int planes = columns % 2 == 0 ? p->planes : 1;
    for (int h = 0; h < HALVES; h++)
        for (int j = 0; j < columns; j += planes)
            store(p, (c + j) / planes, h, planes == 2 ? _mm256_add_ps(acc[h][j], acc[h][j + 1]) : acc[h][j]);
}

LK_INLINE void multiply_columns(const lk_panel_product *p, const lk_form f) {
    int32_t c = 0;
    for (; c + COLUMNS <= p->columns; c += COLUMNS) multiply_tile(p, c, COLUMNS, f);
    LK_LAST_COLUMNS(p->columns - c, COLUMNS, multiply_tile(p, c, last, f))
}

/* Weights of up to 4, 5, 6, 7 and 8 bits. Those with minimums have 5 at most. */
LK_INLINE void multiply_scaled(const lk_panel_product *p, const int parts) {
    if (p->kind.most <= 16)
        multiply_columns(p, lk_form_of(parts, false, 16));
    else if (p->kind.most <= 32)
        multiply_columns(p, lk_form_of(parts, false, 32));
    else if (p->kind.most <= 64)
        multiply_columns(p, lk_form_of(parts, false, 64));
    else if (p->kind.most <= 128)
        multiply_columns(p, lk_form_of(parts, false, 128));
    else
        multiply_columns(p, lk_form_of(parts, false, 255));
}

LK_INLINE void multiply_with_minimums(const lk_panel_product *p, const int parts) {
    if (p->kind.most <= 16)
        multiply_columns(p, lk_form_of(parts, true, 16));
    else
        multiply_columns(p, lk_form_of(parts, true, 32));
}

static void multiply(const lk_panel_product *p) {
    const int parts = 32 / p->kind.group;
    if (p->kind.minimums && parts == 1)
        multiply_with_minimums(p, 1);
    else if (p->kind.minimums)
        multiply_with_minimums(p, 2);
    else if (parts == 1)
        multiply_scaled(p, 1);
    else
        multiply_scaled(p, 2);
}

const lk_panel_products lk_panel_products_avx2 = {
    .panel_count = 1, .chunks = LK_STEP_AVX2 / LK_PANEL_LENGTH, .multiply = multiply};
