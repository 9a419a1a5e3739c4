/* lk_few_product with AVX-512 VNNI. Included by types/<type>/few_avx512.c before the unpacker, whose sink the
 * sums of a chunk are: in registers, since every index is a constant once all loops are gone. The arithmetic
 * and its order are those of panel_avx512.c. */
#ifndef LK_SINK_H
#define LK_SINK_H

#include "types/few.h"
#include "types/kinds.h"
#include "types/scaled_sums_avx512.h"
#include "types/store_avx512.h"
#include "types/unpack_avx512.h"

enum { LK_FEW_AHEAD = 8192 };

typedef struct lk_sink {
    const lk_block_a8 *x[LK_FEW_COLUMNS];
    int columns, planes, group; /* known to the compiler */
    lk_sum_terms terms[LK_FEW_COLUMNS];
    __m512i sums[LK_FEW_COLUMNS][LK_PANEL_LENGTH / 16];
    __m512 scale[LK_PANEL_LENGTH / 16], minimum[LK_PANEL_LENGTH / 16];
} lk_sink;

LK_INLINE int lk_first_lane(const lk_sink *sink) {
    (void)sink;
    return 0;
}

LK_INLINE int lk_end_lane(const lk_sink *sink) {
    (void)sink;
    return LK_PANEL_ROWS;
}

LK_INLINE void lk_store_quants(lk_sink *sink, int g, int lane, lk_words q) {
    (void)lane;
    const int group = 4 * g / sink->group;
    LK_UNROLL
    for (int c = 0; c < sink->columns; c++)
        sink->sums[c][group] =
            _mm512_dpbusd_epi32(sink->sums[c][group], (__m512i)q, lk_repeat(sink->x[c]->q + 4 * g));
}

LK_INLINE void lk_store_scales(lk_sink *sink, int group, int lane, lk_floats scale) {
    (void)lane;
    sink->scale[group] = (__m512)scale;
}

LK_INLINE void lk_store_minimums(lk_sink *sink, int group, int lane, lk_floats minimum) {
    (void)lane;
    sink->minimum[group] = (__m512)minimum;
}

/* Column c of dst, n weights: its planes are columns first to last of x. */
LK_INLINE void lk_few_begin(lk_sink *sink, const int c, const lk_panel_kind kind, const int n) {
    const int parts = 32 / kind.group, first = sink->planes * c, last = first + sink->planes - 1;
    lk_find_terms(&sink->terms[c], sink->x + first, sink->planes, kind);
    LK_UNROLL
    for (int i = 0; i < n / kind.group; i++) {
        sink->sums[first][i] = _mm512_setzero_si512();
        sink->sums[last][i] = lk_sum_start(&sink->terms[c], i / parts, i % parts, kind.minimums);
    }
}

LK_INLINE void lk_few_end(lk_sink *sink, const lk_panel_kind kind, const int n, __m512 *acc) {
    const int parts = 32 / kind.group, minimums = kind.minimums ? 32 / kind.minimums : 0;
    const int last = sink->planes - 1;
    LK_UNROLL
    for (int b = 0; b < n / 32; b++) {
        LK_UNROLL
        for (int c = 0; c < sink->columns / sink->planes; c++) {
            __m512i *sums = sink->sums[sink->planes * c + last] + parts * b;
            LK_UNROLL
            for (int i = 0; i < parts && last > 0; i++)
                sums[i] = lk_join_planes(sink->sums[2 * c][parts * b + i], sums[i]);
            acc[c] = lk_add_scaled(acc[c], sums, &sink->terms[c], b, parts, minimums, sink->scale + parts * b,
                                   sink->minimum + minimums * b, sink->x[sink->planes * c + last]->d[b]);
        }
    }
}

typedef void (*lk_unpack_step)(lk_sink *sink, const uint8_t *chunk, int32_t n);

/* A chunk of 16 rows, n weights from weight i on. */
LK_INLINE void lk_few_chunk(const lk_few_product *p, const int columns, const int planes,
                            const lk_panel_kind kind, lk_unpack_step unpack, const uint8_t *chunk, int32_t i,
                            const int n, __m512 *acc) {
    lk_sink sink = {.columns = columns, .planes = planes, .group = kind.group};
    LK_UNROLL
    for (int c = 0; c < columns; c++)
        sink.x[c] = (const lk_block_a8 *)(const void *)(p->x + c * p->x_stride) + i / LK_PANEL_LENGTH;
    LK_UNROLL
    for (int c = 0; c < columns / planes; c++) lk_few_begin(&sink, c, kind, n);
    unpack(&sink, chunk, n);
    lk_few_end(&sink, kind, n, acc);
}

typedef void (*lk_few_last_fn)(const lk_few_product *p, const uint8_t *chunk, int32_t i, __m512 *acc);

/* The chunk with which rows end that are no multiple of 256. */
LK_INLINE void lk_few_last(const lk_few_product *p, const int columns, const int planes,
                           const lk_panel_kind kind, lk_unpack_step unpack, const uint8_t *chunk, int32_t i,
                           __m512 *acc) {
    if (p->k - i == 64)
        lk_few_chunk(p, columns, planes, kind, unpack, chunk, i, 64, acc);
    else if (p->k - i == 128)
        lk_few_chunk(p, columns, planes, kind, unpack, chunk, i, 128, acc);
    else
        lk_few_chunk(p, columns, planes, kind, unpack, chunk, i, 192, acc);
}

/* last: NULL where k is a multiple of 256. It is called with other sums, which are in memory then. */
LK_INLINE void lk_few_rows(const lk_few_product *p, const int columns, const int planes,
                           const lk_panel_kind kind, lk_unpack_step unpack, lk_few_last_fn last) {
    for (int32_t g = 0; g < p->groups; g++) {
        const uint8_t *chunk = p->w + g * LK_PANEL_ROWS * p->w_stride;
        for (int32_t step = 0; step < p->k; step += LK_STEP_AVX512) {
            const int32_t end = p->k - step < LK_STEP_AVX512 ? p->k : step + LK_STEP_AVX512;
            __m512 acc[LK_FEW_COLUMNS] = {_mm512_setzero_ps(), _mm512_setzero_ps()};
            int32_t i = step;
            for (; i + LK_PANEL_LENGTH <= end; i += LK_PANEL_LENGTH, chunk += p->chunk_bytes) {
                lk_ask_for(chunk + LK_FEW_AHEAD, p->chunk_bytes);
                lk_few_chunk(p, columns, planes, kind, unpack, chunk, i, LK_PANEL_LENGTH, acc);
            }
            if (last != NULL && i < end) {
                __m512 sums[LK_FEW_COLUMNS] = {acc[0], acc[1]};
                lk_ask_for(chunk + LK_FEW_AHEAD, p->chunk_bytes * (end - i) / LK_PANEL_LENGTH);
                last(p, chunk, i, sums);
                acc[0] = sums[0], acc[1] = sums[1];
            }
            lk_store_sums(p->dst + g * LK_PANEL_ROWS, p->dst_stride, LK_FEW_COLUMNS, &acc, 1,
                          columns / planes, step == 0 && !p->add);
        }
    }
}

LK_INLINE void lk_few_products(const lk_few_product *p, const lk_panel_kind kind, lk_unpack_step unpack,
                               lk_few_last_fn last) {
    if (p->columns == 1)
        lk_few_rows(p, 1, 1, kind, unpack, last);
    else if (p->planes == 2)
        lk_few_rows(p, 2, 2, kind, unpack, last);
    else
        lk_few_rows(p, 2, 1, kind, unpack, last);
}

#define LK_FEW_PRODUCTS(type, isa, unpack) LK_FEW_PRODUCTS_OF(type, LK_KIND_##type, isa, unpack)

#define LK_FEW_PRODUCTS_OF(type, kind, isa, unpack)                                                          \
    void lk_##type##_few_##isa(const lk_few_product *p) {                                                    \
        lk_few_products(p, (lk_panel_kind)kind, unpack, NULL);                                               \
    }

/* Of a type of blocks of 32. */
#define LK_FEW_PRODUCTS_32(type, isa, unpack)                                                                \
    __attribute__((noinline)) static void last(const lk_few_product *p, const uint8_t *chunk, int32_t i,     \
                                               __m512 *acc) {                                                \
        const lk_panel_kind kind = LK_KIND_##type;                                                           \
        if (p->columns == 1)                                                                                 \
            lk_few_last(p, 1, 1, kind, unpack, chunk, i, acc);                                               \
        else if (p->planes == 2)                                                                             \
            lk_few_last(p, 2, 2, kind, unpack, chunk, i, acc);                                               \
        else                                                                                                 \
            lk_few_last(p, 2, 1, kind, unpack, chunk, i, acc);                                               \
    }                                                                                                        \
                                                                                                             \
    void lk_##type##_few_##isa(const lk_few_product *p) {                                                    \
        if (p->k % LK_PANEL_LENGTH == 0)                                                                     \
            lk_few_products(p, (lk_panel_kind)LK_KIND_##type, unpack, NULL);                                 \
        else                                                                                                 \
            lk_few_products(p, (lk_panel_kind)LK_KIND_##type, unpack, last);                                 \
    }

#endif
