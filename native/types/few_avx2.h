/* lk_few_product with AVX2. Included by types/<type>/few_avx2.c before the unpacker, whose sink the sums of 8
 * rows are: a chunk is unpacked a half of its rows after the other, since both would take more registers than
 * there are. The arithmetic and its order are those of panel_avx2.c. */
#ifndef LK_SINK_H
#define LK_SINK_H

#include "types/few.h"
#include "types/kinds.h"
#include "types/scaled_sums_avx2.h"
#include "types/unpack_avx2.h"

enum { LK_FEW_AHEAD = 12288, LK_FEW_CHUNKS = LK_STEP_AVX2 / LK_PANEL_LENGTH };

typedef struct lk_sink {
    const lk_column *x; /* [columns] */
    int columns;        /* known to the compiler, as form is */
    lk_form form;
    int lane;             /* the first row */
    const uint8_t *ahead; /* what is asked for while these rows are multiplied */
    int lines;            /* of it, for 256 weights */
    __m256i pairs[LK_FEW_COLUMNS][2][LK_PANEL_LENGTH / 4], sums[LK_FEW_COLUMNS][LK_PANEL_LENGTH / 16];
    __m256 scale[LK_PANEL_LENGTH / 16], minimum[LK_PANEL_LENGTH / 16], acc[LK_FEW_COLUMNS];
} lk_sink;

LK_INLINE int lk_first_lane(const lk_sink *sink) {
    return sink->lane;
}

LK_INLINE int lk_end_lane(const lk_sink *sink) {
    return sink->lane + LK_LANES;
}

/* Unit g of column c. Of the units whose pairs add up in int16 an unpacker stores the first one first and the
 * last one last. */
LK_INLINE void lk_few_add(lk_sink *sink, const int c, int g, __m256i q, const lk_taken what) {
    const int depth = sink->form.depth, run = g / depth, runs = 8 / sink->form.parts / depth,
              part = run / runs;
    __m256i *pairs = &sink->pairs[c][what == LK_HIGH][run], *sums = &sink->sums[c][part];
    const __m256i product = _mm256_maddubs_epi16(q, lk_load_four(&sink->x[c], g, what));
    *pairs = g % depth == 0 ? product : lk_keep(_mm256_add_epi16(*pairs, product));
    if (g % depth < depth - 1) return;
    const bool first = run % runs == 0 && what != LK_LOW;
    *sums = lk_keep(lk_add_pairs(first ? lk_repeat(&sink->x[c].starts[part]) : *sums, *pairs, what));
}

/* A part whose last unit was stored. */
LK_INLINE void lk_few_end(lk_sink *sink, const int part) {
    const __m256 large = _mm256_mul_ps(sink->scale[part], _mm256_set1_ps(LK_LARGE));
    LK_UNROLL
    for (int c = 0; c < sink->columns; c++)
        sink->acc[c] = lk_add_scaled(sink->acc[c], sink->sums[c][part], &sink->x[c], part, sink->form,
                                     sink->scale[part], large, (const float *)&sink->minimum[part]);
}

LK_INLINE void lk_store_quants(lk_sink *sink, int g, int lane, lk_words q) {
    (void)lane;
    LK_UNROLL
    for (int i = g * sink->lines / (LK_PANEL_LENGTH / 4); i < (g + 1) * sink->lines / (LK_PANEL_LENGTH / 4);
         i++)
        __builtin_prefetch(sink->ahead + 64 * i, 0, 3);
    LK_UNROLL
    for (int c = 0; c < sink->columns; c++) {
        if (sink->form.apart) lk_few_add(sink, c, g, (__m256i)q, LK_HIGH);
        lk_few_add(sink, c, g, (__m256i)q, sink->form.apart ? LK_LOW : LK_WHOLE);
    }
    const int units = 8 / sink->form.parts;
    if (g % units == units - 1) lk_few_end(sink, g / units);
}

LK_INLINE void lk_store_scales(lk_sink *sink, int group, int lane, lk_floats scale) {
    (void)lane;
    sink->scale[group] = (__m256)scale;
}

LK_INLINE void lk_store_minimums(lk_sink *sink, int group, int lane, lk_floats minimum) {
    (void)lane;
    sink->minimum[group] = (__m256)minimum;
}

typedef void (*lk_unpack_step)(lk_sink *sink, const uint8_t *chunk, int32_t n);

/* What the compiler knows of a product. */
typedef struct lk_few_shape {
    int columns, chunk_bytes; /* chunk_bytes: of 256 weights */
    bool any_end;             /* k may be no multiple of 256 */
    lk_form form;
    int offset;
    lk_unpack_step unpack;
} lk_few_shape;

/* What a step over k adds to the results of 8 rows. */
LK_INLINE void lk_few_store(const lk_few_product *p, const int columns, float *dst, bool first, __m256 *acc) {
    if (p->planes == 2) acc[0] = _mm256_add_ps(acc[0], acc[columns - 1]);
    LK_UNROLL
    for (int c = 0; c < columns; c++) {
        if (c == columns / p->planes) break;
        float *to = dst + c * p->dst_stride;
        _mm256_storeu_ps(to, first ? acc[c] : _mm256_add_ps(_mm256_loadu_ps(to), acc[c]));
    }
}

/* The chunks of the n weights from `step` on. */
LK_INLINE void lk_few_prepare(lk_column (*x)[LK_FEW_COLUMNS], const lk_few_product *p, const lk_few_shape s,
                              int32_t step, int32_t n) {
    for (int32_t i = 0; i < n; i += LK_PANEL_LENGTH, x++)
        for (int c = 0; c < s.columns; c++) {
            const lk_block_a8 *column = (const lk_block_a8 *)(const void *)(p->x + c * p->x_stride);
            lk_prepare_column(&x[0][c], column + (step + i) / LK_PANEL_LENGTH, s.form, s.offset);
        }
}

/* The sums of 8 rows, from `lane` on, of a chunk of n weights. */
LK_INLINE void lk_few_half(__m256 *acc, const lk_column *x, const lk_few_shape s, const uint8_t *chunk,
                           const int n, int lane) {
    const int bytes = s.chunk_bytes / LK_PANEL_LENGTH * n;
    lk_sink sink = {.x = x, .columns = s.columns, .form = s.form, .lane = lane};
    __asm__("" : "+r"(sink.lane)); /* else places that follow from it are found before, and spilled */
    sink.ahead = chunk + LK_FEW_AHEAD + (lane == 0 ? 0 : bytes / 2);
    sink.lines = (s.chunk_bytes / 2 + 63) / 64;
    LK_UNROLL
    for (int c = 0; c < s.columns; c++) sink.acc[c] = acc[c];
    s.unpack(&sink, chunk, n);
    LK_UNROLL
    for (int c = 0; c < s.columns; c++) acc[c] = sink.acc[c];
}

/* The chunk with which rows end that are no multiple of 256. */
LK_INLINE void lk_few_last(__m256 *acc, const lk_column *x, const lk_few_shape s, const uint8_t *chunk,
                           int32_t n, int lane) {
    if (n == 64)
        lk_few_half(acc, x, s, chunk, 64, lane);
    else if (n == 128)
        lk_few_half(acc, x, s, chunk, 128, lane);
    else
        lk_few_half(acc, x, s, chunk, 192, lane);
}

/* The sums of 8 rows of n weights. */
LK_INLINE void lk_few_step(__m256 *acc, const lk_column (*x)[LK_FEW_COLUMNS], const lk_few_shape s,
                           const uint8_t *chunk, int32_t n, int lane) {
    LK_UNROLL
    for (int c = 0; c < s.columns; c++) acc[c] = _mm256_setzero_ps();
    for (; n >= LK_PANEL_LENGTH; n -= LK_PANEL_LENGTH, x++, chunk += s.chunk_bytes)
        lk_few_half(acc, *x, s, chunk, LK_PANEL_LENGTH, lane);
    if (s.any_end && n > 0) lk_few_last(acc, *x, s, chunk, n, lane);
}

LK_INLINE void lk_few_rows(const lk_few_product *p, const lk_few_shape s) {
    for (int32_t g = 0; g < p->groups; g++) {
        const uint8_t *chunk = p->w + g * LK_PANEL_ROWS * p->w_stride;
        for (int32_t step = 0; step < p->k; step += LK_STEP_AVX2) {
            const int32_t n = p->k - step < LK_STEP_AVX2 ? p->k - step : LK_STEP_AVX2;
            lk_column x[LK_FEW_CHUNKS][LK_FEW_COLUMNS];
            lk_few_prepare(x, p, s, step, n);
            for (int lane = 0; lane < LK_PANEL_ROWS; lane += LK_LANES) {
                __m256 acc[LK_FEW_COLUMNS];
                lk_few_step(acc, x, s, chunk, n, lane);
                lk_few_store(p, s.columns, p->dst + g * LK_PANEL_ROWS + lane, step == 0 && !p->add, acc);
            }
            chunk += LK_FEW_CHUNKS * s.chunk_bytes;
        }
    }
}

#define LK_FEW_PRODUCTS(NAME, type)                                                                          \
    void lk_##type##_few_avx2(const lk_few_product *p) {                                                     \
        const lk_panel_kind kind = LK_KIND_##type;                                                           \
        lk_few_shape s = {.columns = 1,                                                                      \
                          .chunk_bytes = LK_PANEL_ROWS * LK_PANEL_LENGTH / LK_BLOCK_LENGTH_##NAME *          \
                                         LK_BLOCK_BYTES_##NAME,                                              \
                          .any_end = LK_BLOCK_LENGTH_##NAME == 32,                                           \
                          .form = lk_form_of(32 / kind.group, kind.minimums, kind.most),                     \
                          .offset = kind.offset,                                                             \
                          .unpack = lk_##type##_unpack};                                                     \
        if (p->columns == 1) {                                                                               \
            lk_few_rows(p, s);                                                                               \
        } else {                                                                                             \
            s.columns = 2;                                                                                   \
            lk_few_rows(p, s);                                                                               \
        }                                                                                                    \
    }

#endif
