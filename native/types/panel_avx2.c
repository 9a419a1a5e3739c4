/* Products of panels with AVX2: vpmaddubsw multiplies 4 unsigned weights of each of 8 rows with 4 signed
 * activations of a column, which the load repeats for all rows, and adds them in pairs.
 *
 * Activations are in [-127, 127], so a pair is at most 254 q. `depth` pairs add up in int16 before they are
 * widened: 8 where q <= 16, 4 where q <= 32, 2 where q <= 64 (32512 each) and 1 where q <= 128. Larger
 * weights take the activations apart, x = 16 high + low with both in [-8, 8], whose 8 pairs are at most
 * 8 * 16 * 255 = 32640. */
#include "types/float_bits.h"
#include "types/inline.h"
#include "types/last_columns.h"
#include "types/panel.h"
#include <immintrin.h>
#include <string.h>

enum { COLUMNS = 4, HALVES = 2 };

/* What a kernel is compiled for. */
typedef struct form {
    int parts; /* of a block of 32 weights: 2 where 16 share a scale */
    bool minimums;
    int depth;
    bool apart; /* activations are taken apart */
} form;

/* What of the activations is multiplied. */
typedef enum taken { HIGH, LOW, WHOLE } taken;

/* A chunk of the columns of a tile. */
typedef struct chunk_columns {
    const lk_block_a8 *blocks[COLUMNS];
    _Alignas(32) int32_t starts[COLUMNS][16]; /* of the integer sums of each part */
    float sums[COLUMNS][16];                  /* of the activations of each part, where there are minimums */
    int8_t high_and_low[COLUMNS][2][LK_PANEL_LENGTH];
} chunk_columns;

/* 4 bytes of memory in every lane. */
LK_INLINE __m256i repeat(const void *p) {
    int32_t word;
    memcpy(&word, p, sizeof word);
    return _mm256_set1_epi32(word);
}

/* Keeps the compiler from another order of additions, which would take more registers than there are. */
LK_INLINE __m256i keep(__m256i v) {
    __asm__("" : "+x"(v));
    return v;
}

/* high + 8 = (x + 128 + 8) / 16, which is the mean of x + 128 and 7, rounded up, over 8. */
LK_INLINE void take_apart(int8_t (*high_and_low)[LK_PANEL_LENGTH], const int8_t *q) {
    for (int i = 0; i < LK_PANEL_LENGTH; i += 32) {
        const __m256i x = _mm256_loadu_si256((const __m256i *)(q + i));
        const __m256i mean =
            _mm256_avg_epu8(_mm256_xor_si256(x, _mm256_set1_epi8(-128)), _mm256_set1_epi8(7));
        const __m256i shifted = _mm256_and_si256(_mm256_srli_epi16(mean, 3), _mm256_set1_epi8(31));
        const __m256i high = _mm256_sub_epi8(shifted, _mm256_set1_epi8(8));
        const __m256i sixteens = _mm256_and_si256(_mm256_slli_epi16(high, 4), _mm256_set1_epi8(-16));
        _mm256_storeu_si256((__m256i *)(high_and_low[0] + i), high);
        _mm256_storeu_si256((__m256i *)(high_and_low[1] + i), _mm256_sub_epi8(x, sixteens));
    }
}

/* Starts or sums of 8 parts, of the sums of their activations. */
LK_INLINE void prepare_parts(chunk_columns *columns, int c, int first, __m256i sums, const bool minimums,
                             int32_t offset) {
    const __m256i large = _mm256_set1_epi32(LK_LARGE_BITS);
    const __m256i taken =
        minimums ? _mm256_setzero_si256() : _mm256_mullo_epi32(sums, _mm256_set1_epi32(offset));
    _mm256_store_si256((__m256i *)(columns->starts[c] + first), _mm256_sub_epi32(large, taken));
    if (minimums) _mm256_storeu_ps(columns->sums[c] + first, _mm256_cvtepi32_ps(sums));
}

LK_INLINE void prepare_column(chunk_columns *columns, int c, const lk_block_a8 *x, const form f,
                              int32_t offset) {
    const __m256i halves = _mm256_loadu_si256((const __m256i *)x->sum);
    columns->blocks[c] = x;
    if (f.apart) take_apart(columns->high_and_low[c], x->q);
    if (f.parts == 1) {
        prepare_parts(columns, c, 0, _mm256_madd_epi16(halves, _mm256_set1_epi16(1)), f.minimums, offset);
    } else {
        const __m256i low = _mm256_cvtepi16_epi32(_mm256_castsi256_si128(halves));
        const __m256i high = _mm256_cvtepi16_epi32(_mm256_extracti128_si256(halves, 1));
        prepare_parts(columns, c, 0, low, f.minimums, offset);
        prepare_parts(columns, c, 8, high, f.minimums, offset);
    }
}

/* Activations 4 g to 4 g + 3 of a column, for every row. */
LK_INLINE __m256i load_four(const chunk_columns *x, int c, int g, const taken what) {
    return repeat(what == WHOLE ? x->blocks[c]->q + 4 * g : x->high_and_low[c][what] + 4 * g);
}

LK_INLINE __m256i load_weights(const lk_panel *panel, int g, int half) {
    return _mm256_load_si256((const __m256i *)(const void *)panel->q[g][8 * half]);
}

/* Adds the products of 4 `depth` weights from group g of 4 on: a depth whose sums in int16 wait
 * in registers for all columns. */
LK_INLINE void add_long_run(__m256i (*sums)[COLUMNS], const lk_panel *panel, const chunk_columns *x,
                            const int columns, int g, const int depth, const taken what) {
    const __m256i ones = _mm256_set1_epi16(what == HIGH ? 16 : 1);
    __m256i pairs[HALVES][COLUMNS];
    LK_UNROLL
    for (int i = 0; i < depth; i++) {
        const __m256i w[HALVES] = {load_weights(panel, g + i, 0), load_weights(panel, g + i, 1)};
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            const __m256i four = load_four(x, c, g + i, what);
            LK_UNROLL
            for (int h = 0; h < HALVES; h++) {
                const __m256i product = _mm256_maddubs_epi16(w[h], four);
                pairs[h][c] = i == 0 ? product : keep(_mm256_add_epi16(pairs[h][c], product));
            }
        }
    }
    LK_UNROLL
    for (int c = 0; c < columns; c++) LK_UNROLL
    for (int h = 0; h < HALVES; h++)
        sums[h][c] = _mm256_add_epi32(sums[h][c], _mm256_madd_epi16(pairs[h][c], ones));
}

/* The same for a depth of 1 or 2, where the sums themselves stay in registers. */
LK_INLINE void add_short_run(__m256i (*sums)[COLUMNS], const lk_panel *panel, const chunk_columns *x,
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
            const __m256i four = load_four(x, c, g + i, WHOLE);
            LK_UNROLL
            for (int h = 0; h < HALVES; h++) {
                const __m256i product = _mm256_maddubs_epi16(w[h][i], four);
                pairs[h] = i == 0 ? product : _mm256_add_epi16(pairs[h], product);
            }
        }
        LK_UNROLL
        for (int h = 0; h < HALVES; h++)
            sums[h][c] =
                keep(_mm256_add_epi32(sums[h][c], _mm256_madd_epi16(pairs[h], _mm256_set1_epi16(1))));
    }
}

/* The products of all weights of a part. */
LK_INLINE void add_products(__m256i (*sums)[COLUMNS], const lk_panel *panel, const chunk_columns *x,
                            const int columns, int part, const form f) {
    const int groups = 8 / f.parts, depth = f.depth < groups ? f.depth : groups;
    if (f.apart) {
        add_long_run(sums, panel, x, columns, groups * part, groups, HIGH);
        __asm__ volatile("" ::: "memory"); /* load the weights again: they are more than the registers */
        add_long_run(sums, panel, x, columns, groups * part, groups, LOW);
        return;
    }
    LK_UNROLL
    for (int g = 0; g < groups; g += depth)
        if (depth > 2)
            add_long_run(sums, panel, x, columns, groups * part + g, depth, WHOLE);
        else
            add_short_run(sums, panel, x, columns, groups * part + g, depth);
}

/* Weights that share a scale. */
LK_INLINE void add_part(__m256 (*acc)[COLUMNS], const lk_panel *panel, const chunk_columns *x,
                        const int columns, int part, const form f) {
    __m256i sums[HALVES][COLUMNS];
    LK_UNROLL
    for (int c = 0; c < columns; c++) sums[0][c] = sums[1][c] = repeat(&x->starts[c][part]);
    add_products(sums, panel, x, columns, part, f);
    LK_UNROLL
    for (int h = 0; h < HALVES; h++) {
        const __m256 scale = _mm256_load_ps(&panel->scale[part][8 * h]);
        const __m256 large = _mm256_mul_ps(scale, _mm256_set1_ps(LK_LARGE));
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256 product = _mm256_fmsub_ps(_mm256_castsi256_ps(sums[h][c]), scale, large);
            if (f.minimums)
                product = _mm256_fmadd_ps(_mm256_broadcast_ss(&x->sums[c][part]),
                                          _mm256_load_ps(&panel->minimum[part][8 * h]), product);
            acc[h][c] =
                _mm256_fmadd_ps(product, _mm256_broadcast_ss(&x->blocks[c]->d[part / f.parts]), acc[h][c]);
        }
    }
}

/* The sums of half h, counted over the panels, to column c of dst. */
LK_INLINE void store(const lk_panel_product *p, int32_t c, int h, __m256 sums) {
    float *dst = p->dst + c * p->dst_stride + 8 * h;
    _mm256_storeu_ps(dst, p->first ? sums : _mm256_add_ps(_mm256_loadu_ps(dst), sums));
}

/* All chunks of a panel times a few columns. */
LK_INLINE void multiply_tile(const lk_panel_product *p, int32_t c, const int columns, const form f) {
    __m256 acc[HALVES][COLUMNS];
    chunk_columns x;
    for (int j = 0; j < columns; j++) acc[0][j] = acc[1][j] = _mm256_setzero_ps();
    const lk_panel *panel = p->panels;
    for (int32_t i = 0; i < p->n; i += LK_PANEL_LENGTH, panel++) {
        const int n = p->n - i < LK_PANEL_LENGTH ? p->n - i : LK_PANEL_LENGTH;
        for (int j = 0; j < columns; j++) {
            const uint8_t *column = p->x + (c + j) * p->x_stride;
            prepare_column(&x, j, (const lk_block_a8 *)(const void *)column + i / LK_PANEL_LENGTH, f,
                           p->kind.offset);
        }
        for (int b = 0; b < n / 32; b++) {
            if (c == 0) lk_ask_for(p->next + (int64_t)(i / 32 + b) * p->next_bytes, p->next_bytes);
            for (int part = b * f.parts; part < (b + 1) * f.parts; part++)
                add_part(acc, panel, &x, columns, part, f);
        }
    }
    const int planes = columns % 2 == 0 ? p->planes : 1;
    for (int h = 0; h < HALVES; h++)
        for (int j = 0; j < columns; j += planes)
            store(p, (c + j) / planes, h, planes == 2 ? _mm256_add_ps(acc[h][j], acc[h][j + 1]) : acc[h][j]);
}

LK_INLINE void multiply_columns(const lk_panel_product *p, const form f) {
    int32_t c = 0;
    for (; c + COLUMNS <= p->columns; c += COLUMNS) multiply_tile(p, c, COLUMNS, f);
    LK_LAST_COLUMNS(p->columns - c, COLUMNS, multiply_tile(p, c, last, f))
}

/* Weights of up to 4, 5, 6, 7 and 8 bits. Those with minimums have 5 at most. */
LK_INLINE void multiply_scaled(const lk_panel_product *p, const int parts) {
    if (p->kind.most <= 16)
        multiply_columns(p, (form){parts, false, 8, false});
    else if (p->kind.most <= 32)
        multiply_columns(p, (form){parts, false, 4, false});
    else if (p->kind.most <= 64)
        multiply_columns(p, (form){parts, false, 2, false});
    else if (p->kind.most <= 128)
        multiply_columns(p, (form){parts, false, 1, false});
    else
        multiply_columns(p, (form){parts, false, 8, true});
}

LK_INLINE void multiply_with_minimums(const lk_panel_product *p, const int parts) {
    if (p->kind.most <= 16)
        multiply_columns(p, (form){parts, true, 8, false});
    else
        multiply_columns(p, (form){parts, true, 4, false});
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

const lk_panel_products lk_panel_products_avx2 = {.panel_count = 1, .chunks = 2, .multiply = multiply};
