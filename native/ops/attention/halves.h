/* Few queries over F16 keys and values, after widen.h: what turn.h and widen.h would store is multiplied at
 * once. The numbers and the order of their sums are those of kernels.h. */
#ifndef LK_ATTENTION_HALVES_H
#define LK_ATTENTION_HALVES_H

#include "ops/attention/widen.h"

enum { MOST_STRIPS = 4 };

_Static_assert((int)TILE_VECTORS <= (int)MOST_STRIPS, "dot_keys has a case for each");

/* Eight elements of each of strips x LK_LANES keys, the first of which is at src, times those of queries. */
LK_SIMD_INLINE void add_eight(lk_simd sums[][MOST_STRIPS], const float *q, int64_t stride, const uint8_t *src,
                              int64_t key_bytes, const int queries, const int strips) {
    LK_UNROLL for (int s = 0; s < strips; s++) {
        lk_simd pairs[4];
        lk_simd_columns4(pairs, src + s * LK_LANES * key_bytes, key_bytes);
        LK_UNROLL for (int e = 0; e < 8; e += 2) {
            lk_floats even, odd;
            lk_pair_to_float(&even, &odd, (lk_words)pairs[e / 2]);
            LK_UNROLL for (int i = 0; i < queries; i++) {
                const lk_simd sum = lk_simd_fma(lk_simd_all(q[i * stride + e]), (lk_simd)even, sums[i][s]);
                sums[i][s] = lk_simd_fma(lk_simd_all(q[i * stride + e + 1]), (lk_simd)odd, sum);
            }
        }
    }
}

LK_SIMD_INLINE void dot_strips(float *scores, const float *q, int64_t stride, const lk_view *cache,
                               const uint8_t *src, lk_flash_ahead *ahead, const int queries,
                               const int strips) {
    lk_simd sums[LK_FLASH_FEW][MOST_STRIPS];
    LK_UNROLL for (int i = 0; i < queries; i++) {
        LK_UNROLL for (int s = 0; s < strips; s++) {
            sums[i][s] = lk_simd_all(0);
        }
    }
    for (int64_t d = 0; d < cache->dims[0]; d += 8) {
        ahead->at = ask_lines(ahead->at, ahead->end, strips * LK_LANES * 16);
        add_eight(sums, q + d, stride, src + 2 * d, cache->strides[1], queries, strips);
    }
    LK_UNROLL for (int i = 0; i < queries; i++) {
        LK_UNROLL for (int s = 0; s < strips; s++) {
            lk_simd_store(scores + i * LK_FLASH_KEYS + s * LK_LANES, sums[i][s], LK_LANES);
        }
    }
}

LK_SIMD_INLINE void dot_keys(float *scores, const float *q, int64_t stride, const lk_view *cache,
                             const uint8_t *src, lk_attention_span span, lk_flash_ahead *ahead,
                             const int queries) {
    for (int64_t j = span.begin / LK_LANES * LK_LANES; j < span.end; j += TILE_VECTORS * LK_LANES) {
        const int64_t left = (span.end - j + LK_LANES - 1) / LK_LANES;
        const uint8_t *keys = src + j * cache->strides[1];
        if (left >= TILE_VECTORS)
            dot_strips(scores + j, q, stride, cache, keys, ahead, queries, TILE_VECTORS);
        else if (left == 3)
            dot_strips(scores + j, q, stride, cache, keys, ahead, queries, 3);
        else if (left == 2)
            dot_strips(scores + j, q, stride, cache, keys, ahead, queries, 2);
        else
            dot_strips(scores + j, q, stride, cache, keys, ahead, queries, 1);
    }
}

static void dots_of_halves(float *scores, const float *q, int64_t stride, int64_t queries,
                           const lk_view *cache, const uint8_t *src, lk_attention_span span,
                           lk_flash_ahead *ahead) {
    switch (queries) {
        LK_TILE_OF(1, dot_keys(scores, q, stride, cache, src, span, ahead, tile))
        LK_TILE_OF(2, dot_keys(scores, q, stride, cache, src, span, ahead, tile))
        LK_TILE_OF(3, dot_keys(scores, q, stride, cache, src, span, ahead, tile))
        LK_TILE_OF(4, dot_keys(scores, q, stride, cache, src, span, ahead, tile))
    }
}

LK_SIMD_INLINE lk_simd load_halves(const uint8_t *src) {
    return (lk_simd)lk_load_f16(src);
}

static void accumulate_halves(float *totals, const float *decay, const float *gain, const float *weights,
                              int64_t queries, const lk_view *cache, const uint8_t *src,
                              lk_attention_span span, lk_flash_ahead *ahead) {
    const value_rows rows = {src, cache->strides[1], 2, TILE_VECTORS * LK_LANES * 2, load_halves};
    const int64_t n = cache->dims[0];
    LK_TILE(queries, sum_rows(totals, decay, gain, weights, rows, span, n, ahead, tile))
}

static const lk_flash_few_kernels halves = {dots_of_halves, accumulate_halves};

#endif
