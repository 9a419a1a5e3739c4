/* Products of panels with ARMv8.6's products of unsigned and signed bytes: usmmla multiplies 8 weights of 2
 * rows with 8 activations of 2 columns, twice the work of sdot. It wants the 8 weights of a row side by side,
 * which takes longer than it saves where columns are few: those are left to sdot.
 *
 * A vector of sums is a square: row 0 of both columns, row 1 of both. It stays one until all is added up.
 * Weights are unsigned throughout: none are flipped. */
#include "types/panel_neon.h"

enum { TILE = 6, CHUNKS = 2, ROW_PAIRS = LK_PANEL_ROWS / 2, COLUMN_PAIRS = TILE / 2 };

/* A panel as usmmla reads it. */
typedef struct paired_panel {
    uint8_t q[LK_PANEL_LENGTH / 8][ROW_PAIRS][2][8];
    float scale[LK_PANEL_LENGTH / 16][LK_PANEL_ROWS][2]; /* twice */
    float minimum[LK_PANEL_LENGTH / 16][LK_PANEL_ROWS][2];
} paired_panel;

static void repeat_rows(float (*to)[2], const float *from) {
    for (int r = 0; r < LK_PANEL_ROWS; r += 4) {
        const float32x4_t rows = vld1q_f32(from + r);
        vst1q_f32(to[r], vzip1q_f32(rows, rows));
        vst1q_f32(to[r + 2], vzip2q_f32(rows, rows));
    }
}

static void pair_rows(paired_panel *to, const lk_panel *from, int n, const lk_panel_kind *kind) {
    for (int i = 0; i < n / 8; i++) LK_UNROLL
    for (int r = 0; r < ROW_PAIRS; r += 2) {
        const uint32x4_t first = vreinterpretq_u32_u8(vld1q_u8(from->q[2 * i][2 * r]));
        const uint32x4_t last = vreinterpretq_u32_u8(vld1q_u8(from->q[2 * i + 1][2 * r]));
        vst1q_u8(to->q[i][r][0], vreinterpretq_u8_u32(vzip1q_u32(first, last)));
        vst1q_u8(to->q[i][r + 1][0], vreinterpretq_u8_u32(vzip2q_u32(first, last)));
    }
    for (int g = 0; g < n / kind->group; g++) {
        repeat_rows(to->scale[g], from->scale[g]);
        if (kind->minimums) repeat_rows(to->minimum[g], from->minimum[g]);
    }
}

/* The sums of two columns' activations, of one of the parts of a block, twice. */
LK_INLINE int32x4_t load_activations(const lk_block_a8 *const *x, int block, const int part,
                                     const int parts) {
    int32_t words[2];
    for (int c = 0; c < 2; c++) memcpy(&words[c], x[c]->sum + 2 * block, sizeof *words);
    const int16x4_t halves = vreinterpret_s16_s32(vset_lane_s32(words[1], vdup_n_s32(words[0]), 1));
    int32x2_t sums = vpaddl_s16(halves);
    if (parts == 2 && part == 0) sums = vshr_n_s32(vshl_n_s32(vreinterpret_s32_s16(halves), 16), 16);
    if (parts == 2 && part == 1) sums = vshr_n_s32(vreinterpret_s32_s16(halves), 16);
    return vcombine_s32(sums, sums);
}

/* Adds the products of the weights from 8 * first on to sums. */
LK_INLINE void add_products(int32x4_t (*sums)[COLUMN_PAIRS], const paired_panel *panel,
                            const lk_block_a8 *const *x, const int pairs, int first, const int eights) {
    LK_UNROLL
    for (int i = first; i < first + eights; i++) {
        int8x16_t activations[COLUMN_PAIRS];
        LK_UNROLL
        for (int j = 0; j < pairs; j++)
            activations[j] = vcombine_s8(vld1_s8(x[2 * j]->q + 8 * i), vld1_s8(x[2 * j + 1]->q + 8 * i));
        LK_UNROLL
        for (int r = 0; r < ROW_PAIRS; r++) {
            const uint8x16_t w = vld1q_u8(panel->q[i][r][0]);
            LK_UNROLL
            for (int j = 0; j < pairs; j++) sums[r][j] = vusmmlaq_s32(sums[r][j], w, activations[j]);
        }
    }
}

/* Weights that share a scale. */
LK_INLINE void add_part(float32x4_t (*acc)[COLUMN_PAIRS], const paired_panel *panel,
                        const lk_block_a8 *const *x, const int pairs, int block, const int part,
                        const lk_panel_form f, int32_t offset) {
    const int group = f.parts * block + part;
    int32x4_t sums[ROW_PAIRS][COLUMN_PAIRS], activations[COLUMN_PAIRS];
    float32x4_t d[COLUMN_PAIRS];
    LK_UNROLL
    for (int j = 0; j < pairs; j++) {
        activations[j] = load_activations(x + 2 * j, block, part, f.parts);
        const int32x4_t large = vdupq_n_s32(LK_LARGE_BITS);
        LK_UNROLL
        for (int r = 0; r < ROW_PAIRS; r++)
            sums[r][j] = f.minimums ? large : vmlsq_n_s32(large, activations[j], offset);
    }
    add_products(sums, panel, x, pairs, 4 / f.parts * group, 4 / f.parts);
    LK_UNROLL
    for (int j = 0; j < pairs; j++) {
        const float32x2_t two = vset_lane_f32(x[2 * j + 1]->d[block], vdup_n_f32(x[2 * j]->d[block]), 1);
        d[j] = vcombine_f32(two, two);
    }
    if (pairs > 1) lk_keep_in_memory(acc);
    LK_UNROLL
    for (int r = 0; r < ROW_PAIRS; r++) {
        const float32x4_t scale = vld1q_f32(panel->scale[group][2 * r]);
        const float32x4_t large = vmulq_n_f32(scale, -LK_LARGE);
        LK_UNROLL
        for (int j = 0; j < pairs; j++) {
            float32x4_t product = vfmaq_f32(large, vreinterpretq_f32_s32(sums[r][j]), scale);
            if (f.minimums)
                product = vfmaq_f32(product, vld1q_f32(panel->minimum[group][2 * r]),
                                    vcvtq_f32_s32(activations[j]));
            acc[r][j] = vfmaq_f32(acc[r][j], product, d[j]);
        }
    }
}

/* The sums of a quarter and two columns, which are a column of dst where there are two planes. */
LK_INLINE void store_squares(const lk_panel_product *p, int32_t c, int quarter, float32x4_t first,
                             float32x4_t last) {
    const float32x4_t even = vuzp1q_f32(first, last), odd = vuzp2q_f32(first, last);
    if (p->planes == 2) {
        lk_store_sums(p, c / 2, quarter, vaddq_f32(even, odd));
        return;
    }
    lk_store_sums(p, c, quarter, even);
    lk_store_sums(p, c + 1, quarter, odd);
}

/* All chunks of a panel times a few columns. */
LK_INLINE void multiply_tile(const lk_panel_product *p, const paired_panel *panel, int32_t c, const int pairs,
                             const lk_panel_form f) {
    const lk_block_a8 *x[TILE];
    float32x4_t acc[ROW_PAIRS][COLUMN_PAIRS];
    for (int j = 0; j < 2 * pairs; j++)
        x[j] = (const lk_block_a8 *)(const void *)(p->x + (c + j) * p->x_stride);
    for (int r = 0; r < ROW_PAIRS; r++)
        for (int j = 0; j < pairs; j++) acc[r][j] = vdupq_n_f32(0);
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, panel++) {
        const int blocks = (p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH) / 32;
        for (int b = 0; b < blocks; b++) {
            if (c == 0) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
            LK_UNROLL
            for (int part = 0; part < f.parts; part++)
                add_part(acc, panel, x, pairs, b, part, f, p->kind.offset);
        }
        for (int j = 0; j < 2 * pairs; j++) x[j]++;
    }
    for (int r = 0; r < LK_QUARTERS; r++)
        for (int j = 0; j < pairs; j++) store_squares(p, c + 2 * j, r, acc[2 * r][j], acc[2 * r + 1][j]);
}

/* An even number of columns. */
LK_INLINE void multiply_columns(const lk_panel_product *p, const paired_panel *panels,
                                const lk_panel_form f) {
    int32_t c = 0;
    for (; c + TILE <= p->columns; c += TILE) multiply_tile(p, panels, c, TILE / 2, f);
    if (c + 4 <= p->columns)
        multiply_tile(p, panels, c, 2, f);
    else if (c + 2 <= p->columns)
        multiply_tile(p, panels, c, 1, f);
}

static void multiply_paired(const lk_panel_product *p, const paired_panel *panels) {
    if (p->kind.group == 32 && !p->kind.minimums)
        multiply_columns(p, panels, (lk_panel_form){.parts = 1});
    else if (p->kind.group == 32)
        multiply_columns(p, panels, (lk_panel_form){.parts = 1, .minimums = true});
    else if (!p->kind.minimums)
        multiply_columns(p, panels, (lk_panel_form){.parts = 2});
    else
        multiply_columns(p, panels, (lk_panel_form){.parts = 2, .minimums = true});
}

static void multiply_pairs(const lk_panel_product *p) {
    paired_panel paired[CHUNKS];
    for (int32_t i = 0, chunk = 0; i < p->n; i += LK_PANEL_LENGTH, chunk++)
        pair_rows(&paired[chunk], &p->panels[chunk], p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH,
                  &p->kind);
    multiply_paired(p, paired);
}

static void multiply(const lk_panel_product *p) {
    lk_panel_product pairs = *p, few = *p;
    pairs.columns = p->columns < TILE ? 0 : p->columns / 2 * 2;
    few.columns -= pairs.columns;
    few.x += pairs.columns * few.x_stride;
    few.dst += pairs.columns / few.planes * few.dst_stride;
    if (pairs.columns > 0) {
        multiply_pairs(&pairs);
        few.next_bytes = 0; /* asked for already */
    }
    if (few.columns > 0) lk_panel_products_neon_dotprod.multiply(&few);
}

const lk_panel_products lk_panel_products_neon_i8mm = {
    .panel_count = 1, .chunks = CHUNKS, .multiply = multiply};
