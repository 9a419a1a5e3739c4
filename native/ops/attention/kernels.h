/* The inner loops of flash.h over lk_simd, after an ISA's simd header, and TILE_VECTORS. A tile is
 * TILE_QUERIES x TILE_VECTORS sums, of as many vectors as its registers hold. The ISA's file has `turn` of
 * lk_flash_kernels, and `widen`. */
#ifndef LK_ATTENTION_KERNELS_H
#define LK_ATTENTION_KERNELS_H

#include "ops/attention/tile.h"
#include <float.h>
#include <math.h>

/* Rows of a cache, the first of them at src, to f32. */
static void widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows);

static void load_values(const lk_flash_values *dst, int64_t strip, const lk_view *cache, const uint8_t *src,
                        lk_attention_span keys) {
    widen(dst->at + (strip + keys.begin) * dst->stride, dst->stride, cache,
          src + keys.begin * cache->strides[1], keys.end - keys.begin);
}

LK_SIMD_INLINE void put_column(float *columns, int64_t d, lk_simd v) {
    lk_simd_store(columns + d * LK_FLASH_KEYS, v, LK_SIMD_LANES);
}

/* Keys of any type to columns, as floats. */
LK_SIMD_INLINE void turn_widened(float *columns, lk_flash_rows rows, const lk_view *cache, const uint8_t *src,
                                 lk_attention_span keys) {
    widen(rows.at + keys.begin * rows.stride, rows.stride, cache, src + keys.begin * cache->strides[1],
          keys.end - keys.begin);
    for (int64_t d = 0; d < cache->dims[0]; d += 4) {
        lk_simd four[4];
        lk_simd_columns4(four, rows.at + d, rows.stride * (int64_t)sizeof(float));
        LK_UNROLL for (int i = 0; i < 4; i++) {
            put_column(columns, d + i, four[i]);
        }
    }
}

LK_SIMD_INLINE void clear(lk_simd sums[][TILE_VECTORS], const int queries, const int vectors) {
    LK_UNROLL for (int i = 0; i < queries; i++) {
        LK_UNROLL for (int v = 0; v < vectors; v++) {
            sums[i][v] = lk_simd_all(0);
        }
    }
}

LK_SIMD_INLINE void load(lk_simd *dst, const float *src, const int vectors) {
    LK_UNROLL for (int v = 0; v < vectors; v++) {
        dst[v] = lk_simd_load(src + v * LK_SIMD_LANES, LK_SIMD_LANES);
    }
}

LK_SIMD_INLINE void add_products(lk_simd *sums, lk_simd factor, const lk_simd *row, const int vectors) {
    LK_UNROLL for (int v = 0; v < vectors; v++) {
        sums[v] = lk_simd_fma(factor, row[v], sums[v]);
    }
}

LK_SIMD_INLINE void dot_block(float *scores, const float *q, int64_t stride, const float *k, int64_t n,
                              lk_flash_ahead *ahead, const int queries, const int vectors) {
    const uint8_t *at = ahead->at, *end = ahead->end;
    lk_simd sums[TILE_QUERIES][TILE_VECTORS];
    clear(sums, queries, vectors);
    for (int64_t d = 0; d < n; d++) {
        at = ask(at, end);
        lk_simd keys[TILE_VECTORS];
        load(keys, k + d * LK_FLASH_KEYS, vectors);
        LK_UNROLL for (int i = 0; i < queries; i++) {
            add_products(sums[i], lk_simd_all(q[i * stride + d]), keys, vectors);
        }
    }
    ahead->at = at;
    LK_UNROLL for (int i = 0; i < queries; i++) {
        LK_UNROLL for (int v = 0; v < vectors; v++) {
            lk_simd_store(scores + i * LK_FLASH_KEYS + v * LK_SIMD_LANES, sums[i][v], LK_SIMD_LANES);
        }
    }
}

LK_SIMD_INLINE void dot_rows(float *scores, const float *q, int64_t stride, const float *k,
                             lk_attention_span span, int64_t n, lk_flash_ahead *ahead, const int queries) {
    int64_t j = span.begin / LK_SIMD_LANES * LK_SIMD_LANES;
    for (; j + (TILE_VECTORS - 1) * LK_SIMD_LANES < span.end; j += TILE_VECTORS * LK_SIMD_LANES)
        dot_block(scores + j, q, stride, k + j, n, ahead, queries, TILE_VECTORS);
    for (; j < span.end; j += LK_SIMD_LANES) dot_block(scores + j, q, stride, k + j, n, ahead, queries, 1);
}

static void dots(float *scores, const float *q, int64_t stride, int64_t queries, const float *k,
                 lk_attention_span span, int64_t n, lk_flash_ahead *ahead) {
    for (int64_t i = 0, share; i < queries; i += share) {
        share = fair_share(queries - i);
        LK_TILE(share, dot_rows(scores + i * LK_FLASH_KEYS, q + i * stride, stride, k, span, n, ahead, tile))
    }
}

static inline lk_simd bent(lk_simd score, int64_t j, const lk_flash_bend *bend) {
    if (bend->softcap > 0) {
        const lk_simd cap = lk_simd_all(bend->softcap);
        score = lk_simd_mul(cap, lk_simd_tanh(lk_simd_div(score, cap)));
    }
    if (bend->slope != 0) {
        const lk_simd distance = lk_simd_add(lk_simd_all(bend->distance + (float)j), lk_simd_lanes());
        score = lk_simd_fma(lk_simd_all(-bend->slope), lk_simd_abs(distance), score);
    }
    return bend->bias ? lk_simd_add(score, lk_simd_load(bend->bias + j, LK_SIMD_LANES)) : score;
}

/* Of dots that are scores as they are. */
LK_SIMD_INLINE float find_largest(const float *scores, int64_t begin, int64_t end) {
    lk_simd most = lk_simd_all(-INFINITY);
    for (int64_t j = begin; j < end; j += LK_SIMD_LANES)
        most = lk_simd_max(lk_simd_load(scores + j, LK_SIMD_LANES), most);
    return lk_simd_largest(most);
}

static float score(float *scores, lk_attention_span span, lk_attention_span seen, const lk_flash_bend *bend) {
    const int64_t begin = span.begin / LK_SIMD_LANES * LK_SIMD_LANES,
                  end = (span.end + LK_SIMD_LANES - 1) / LK_SIMD_LANES * LK_SIMD_LANES;
    const bool bends = bend->softcap > 0 || bend->slope != 0 || bend->bias;
    if (!bends && seen.begin <= begin && seen.end >= end) return find_largest(scores, begin, end);
    const lk_simd nothing = lk_simd_all(-INFINITY);
    lk_simd most = nothing;
    for (int64_t j = begin; j < end; j += LK_SIMD_LANES) {
        lk_simd score = bent(lk_simd_load(scores + j, LK_SIMD_LANES), j, bend);
        if (seen.begin > j || seen.end < j + LK_SIMD_LANES)
            score = lk_simd_within(score, seen.begin - j, seen.end - j, nothing);
        lk_simd_store(scores + j, score, LK_SIMD_LANES);
        most = lk_simd_max(score, most);
    }
    return lk_simd_largest(most);
}

LK_SIMD_INLINE float weigh_query(float *scores, lk_attention_span span, float largest) {
    const lk_simd base = lk_simd_all(largest == -INFINITY ? 0 : -largest);
    lk_simd sum = lk_simd_all(0);
    for (int64_t j = span.begin / LK_SIMD_LANES * LK_SIMD_LANES; j < span.end; j += LK_SIMD_LANES) {
        const lk_simd e = lk_simd_exp(lk_simd_add(lk_simd_load(scores + j, LK_SIMD_LANES), base));
        lk_simd_store(scores + j, e, LK_SIMD_LANES);
        sum = lk_simd_add(sum, e);
    }
    return lk_simd_sum(sum);
}

static void weigh(float *scores, int64_t queries, lk_attention_span span, lk_flash_weights weights) {
    for (int64_t i = 0; i < queries; i++)
        weights.sum[i] = weigh_query(scores + i * LK_FLASH_KEYS, span, weights.largest[i]);
}

/* The largest is at least the lowest float, so that nothing is subtracted from itself at -inf. */
static void merge(lk_flash_weights old, lk_flash_weights new, float *decay, float *gain, int64_t n) {
    for (int64_t i = 0; i < n; i += LK_SIMD_LANES) {
        const lk_simd a = lk_simd_load(old.largest + i, n - i), b = lk_simd_load(new.largest + i, n - i);
        const lk_simd largest = lk_simd_max(a, b), base = lk_simd_max(largest, lk_simd_all(-FLT_MAX));
        const lk_simd negative = lk_simd_mul(base, lk_simd_all(-1));
        const lk_simd of_old = lk_simd_exp(lk_simd_add(a, negative));
        const lk_simd of_new = lk_simd_exp(lk_simd_add(b, negative));
        const lk_simd sum = lk_simd_mul(lk_simd_load(old.sum + i, n - i), of_old);
        lk_simd_store(decay + i, of_old, n - i);
        lk_simd_store(gain + i, of_new, n - i);
        lk_simd_store(old.sum + i, lk_simd_fma(lk_simd_load(new.sum + i, n - i), of_new, sum), n - i);
        lk_simd_store(old.largest + i, largest, n - i);
    }
}

/* Values as they lie: key j's are at `at` + j * stride, `size` bytes each, and `load` makes a vector of them.
 * With each, `asked` bytes are asked for. */
typedef struct value_rows {
    const uint8_t *at;
    int64_t stride;
    int size, asked;
    lk_simd (*load)(const uint8_t *src);
} value_rows;

LK_SIMD_INLINE lk_simd load_floats(const uint8_t *src) {
    return lk_simd_load((const float *)(const void *)src, LK_SIMD_LANES);
}

/* queries x vectors of elements of the totals, stride floats apart. */
LK_SIMD_INLINE void sum_block(float *totals, const float *decay, const float *gain, const float *weights,
                              const value_rows v, int64_t d, lk_attention_span span, int64_t stride,
                              lk_flash_ahead *ahead, const int queries, const int vectors) {
    const uint8_t *at = ahead->at, *end = ahead->end;
    lk_simd sums[TILE_QUERIES][TILE_VECTORS];
    clear(sums, queries, vectors);
    const uint8_t *row = v.at + span.begin * v.stride + d * v.size;
    for (int64_t j = span.begin; j < span.end; j++, row += v.stride) {
        at = ask_lines(at, end, v.asked);
        lk_simd values[TILE_VECTORS];
        LK_UNROLL for (int n = 0; n < vectors; n++) {
            values[n] = v.load(row + n * LK_SIMD_LANES * v.size);
        }
        LK_UNROLL for (int i = 0; i < queries; i++) {
            add_products(sums[i], lk_simd_all(weights[i * LK_FLASH_KEYS + j]), values, vectors);
        }
    }
    ahead->at = at;
    LK_UNROLL for (int i = 0; i < queries; i++) {
        LK_UNROLL for (int n = 0; n < vectors; n++) {
            float *total = totals + i * stride + d + n * LK_SIMD_LANES;
            const lk_simd old = lk_simd_mul(lk_simd_load(total, LK_SIMD_LANES), lk_simd_all(decay[i]));
            lk_simd_store(total, lk_simd_fma(sums[i][n], lk_simd_all(gain[i]), old), LK_SIMD_LANES);
        }
    }
}

LK_SIMD_INLINE void sum_rows(float *totals, const float *decay, const float *gain, const float *weights,
                             const value_rows v, lk_attention_span span, int64_t stride,
                             lk_flash_ahead *ahead, const int queries) {
    int64_t d = 0;
    for (; d + TILE_VECTORS * LK_SIMD_LANES <= stride; d += TILE_VECTORS * LK_SIMD_LANES)
        sum_block(totals, decay, gain, weights, v, d, span, stride, ahead, queries, TILE_VECTORS);
    for (; d < stride; d += LK_SIMD_LANES)
        sum_block(totals, decay, gain, weights, v, d, span, stride, ahead, queries, 1);
}

static void accumulate(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const lk_flash_values *v, lk_attention_span span,
                       lk_flash_ahead *ahead) {
    const value_rows rows = {(const void *)v->at, v->stride * (int64_t)sizeof(float), sizeof(float), 64,
                             load_floats};
    for (int64_t i = 0, share; i < queries; i += share) {
        share = fair_share(queries - i);
        LK_TILE(share, sum_rows(totals + i * v->stride, decay + i, gain + i, weights + i * LK_FLASH_KEYS,
                                rows, span, v->stride, ahead, tile))
    }
}

static void combine(float *total, const float *part, float decay, float gain, int64_t padded) {
    for (int64_t d = 0; d < padded; d += LK_SIMD_LANES) {
        const lk_simd old = lk_simd_mul(lk_simd_load(total + d, LK_SIMD_LANES), lk_simd_all(decay));
        const lk_simd new = lk_simd_load(part + d, LK_SIMD_LANES);
        lk_simd_store(total + d, lk_simd_fma(new, lk_simd_all(gain), old), LK_SIMD_LANES);
    }
}

#define LK_FLASH_KERNELS(isa, few)                                                                           \
    { isa, LK_SIMD_LANES, turn, dots, score, weigh, merge, {load_values, accumulate}, combine, few }

#endif
