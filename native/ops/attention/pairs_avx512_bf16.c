#include "ops/attention/pairs.h"
#include "ops/attention/tile.h"
#include "types/q4_0/block.h"
#include "types/q8_0/block.h"
#include "types/unpack_avx512.h"

/* A tile is 6 queries by 64 elements: two groups, which have scales of their own. */
enum { GROUP = 32, VECTORS = GROUP / LK_LANES, TILE_GROUPS = 2 };

/* 16 of a block's numbers. */
typedef lk_floats (*numbers_fn)(const uint8_t *block, int half);

LK_INLINE lk_floats numbers_of_q8_0(const uint8_t *block, const int half) {
    return lk_to_float(lk_load_i8(block + offsetof(lk_block_q8_0, qs) + half * LK_LANES));
}

LK_INLINE lk_floats numbers_of_q4_0(const uint8_t *block, const int half) {
    return lk_nibble_to_float((lk_words)lk_load_u8(block + offsetof(lk_block_q4_0, qs)), half) - 8;
}

LK_INLINE void pair_values(float *dst, const uint8_t *first, const uint8_t *second, int64_t n,
                           const int64_t block_bytes, const numbers_fn numbers) {
    for (int64_t d = 0; d < n; d += GROUP, first += block_bytes, second += block_bytes) LK_UNROLL
    for (int half = 0; half < VECTORS; half++) {
        const lk_words low = (lk_words)numbers(first, half) >> 16,
                       high = (lk_words)numbers(second, half) & 0xffff0000;
        _mm512_store_si512(dst + d + half * LK_LANES, (__m512i)(low | high));
    }
}

/* A key that is not there has a weight of 0: its neighbour's numbers do in the place of its own. */
LK_INLINE void pair_strip(float *dst, int64_t dst_stride, const uint8_t *src, int64_t stride,
                          lk_attention_span keys, int64_t n, const int64_t block_bytes,
                          const numbers_fn numbers) {
    for (int64_t j = keys.begin / 2 * 2; j < keys.end; j += 2) {
        const int64_t first = j < keys.begin ? j + 1 : j, second = j + 1 < keys.end ? j + 1 : j;
        pair_values(dst + j / 2 * dst_stride, src + first * stride, src + second * stride, n, block_bytes,
                    numbers);
    }
}

/* Both types' blocks begin with their scale. Scales of keys that are not there are 0. */
LK_INLINE void load_scales(float *dst, const uint8_t *src, int64_t stride, lk_attention_span keys) {
    uint16_t halves[LK_FLASH_LANES] = {0};
    for (int64_t j = keys.begin; j < keys.end; j++) memcpy(halves + j, src + j * stride, sizeof *halves);
    _mm512_store_ps(dst, (__m512)lk_load_f16(halves));
}

static void load(const lk_flash_values *dst, int64_t strip, const lk_view *cache, const uint8_t *src,
                 lk_attention_span keys) {
    const int64_t n = cache->dims[0], stride = cache->strides[1];
    const int64_t block_bytes = lk_type_find(cache->type)->block_bytes;
    float *at = dst->at + strip / 2 * dst->stride;
    if (cache->type == LK_TYPE_Q8_0)
        pair_strip(at, dst->stride, src, stride, keys, n, sizeof(lk_block_q8_0), numbers_of_q8_0);
    else
        pair_strip(at, dst->stride, src, stride, keys, n, sizeof(lk_block_q4_0), numbers_of_q4_0);
    for (int64_t g = 0; g < n / GROUP; g++)
        load_scales(dst->scales + g * LK_FLASH_KEYS + strip, src + g * block_bytes, stride, keys);
}

/* Pairs of a query's weights times scales, of the strips that hold a key of span. */
LK_INLINE void round_weights(float *pairs, const float *weights, const float *scales,
                             lk_attention_span span) {
    for (size_t j = (size_t)span.begin / LK_LANES * LK_LANES; j < (size_t)span.end; j += LK_LANES) {
        const __m512 products = _mm512_mul_ps(_mm512_load_ps(weights + j), _mm512_load_ps(scales + j));
        _mm256_store_si256((__m256i *)(void *)(pairs + j / 2), (__m256i)_mm512_cvtneps_pbh(products));
    }
}

LK_INLINE void store(float *total, __m512 sum, float decay, float gain) {
    const __m512 old = _mm512_mul_ps(_mm512_load_ps(total), _mm512_set1_ps(decay));
    _mm512_store_ps(total, _mm512_fmadd_ps(sum, _mm512_set1_ps(gain), old));
}

LK_INLINE void sum_block(float *totals, const float *decay, const float *gain, const float *weights,
                         const lk_flash_values *v, int64_t d, lk_attention_span span, lk_flash_ahead *ahead,
                         const int queries, const int groups) {
    _Alignas(64) float pairs[TILE_QUERIES][TILE_GROUPS][LK_FLASH_KEYS / 2];
    __m512 sums[TILE_QUERIES][TILE_GROUPS * VECTORS];
    const uint8_t *at = ahead->at, *end = ahead->end;
    for (int i = 0; i < queries; i++) {
        for (int g = 0; g < groups; g++)
            round_weights(pairs[i][g], weights + i * LK_FLASH_KEYS,
                          v->scales + (d / GROUP + g) * LK_FLASH_KEYS, span);
    }
    LK_UNROLL
    for (int i = 0; i < queries; i++) LK_UNROLL
    for (int n = 0; n < groups * VECTORS; n++) sums[i][n] = _mm512_setzero_ps();
    for (int64_t j = span.begin / 2; 2 * j < span.end; j++) {
        at = ask(ask(at, end), end);
        __m512i numbers[TILE_GROUPS * VECTORS];
        LK_UNROLL
        for (int n = 0; n < groups * VECTORS; n++)
            numbers[n] = _mm512_load_si512(v->at + j * v->stride + d + n * LK_LANES);
        LK_UNROLL
        for (int i = 0; i < queries; i++) LK_UNROLL
        for (int n = 0; n < groups * VECTORS; n++)
            sums[i][n] = _mm512_dpbf16_ps(sums[i][n], (__m512bh)_mm512_set1_ps(pairs[i][n / VECTORS][j]),
                                          (__m512bh)numbers[n]);
    }
    ahead->at = at;
    LK_UNROLL
    for (int i = 0; i < queries; i++) LK_UNROLL
    for (int n = 0; n < groups * VECTORS; n++)
        store(totals + i * v->stride + d + n * LK_LANES, sums[i][n], decay[i], gain[i]);
}

LK_INLINE void sum_rows(float *totals, const float *decay, const float *gain, const float *weights,
                        const lk_flash_values *v, lk_attention_span span, lk_flash_ahead *ahead,
                        const int queries) {
    int64_t d = 0;
    for (; d + TILE_GROUPS * GROUP <= v->stride; d += TILE_GROUPS * GROUP)
        sum_block(totals, decay, gain, weights, v, d, span, ahead, queries, TILE_GROUPS);
    if (d < v->stride) sum_block(totals, decay, gain, weights, v, d, span, ahead, queries, 1);
}

static void accumulate(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const lk_flash_values *v, lk_attention_span span,
                       lk_flash_ahead *ahead) {
    for (int64_t i = 0, share; i < queries; i += share) {
        share = fair_share(queries - i);
        LK_TILE(share, sum_rows(totals + i * v->stride, decay + i, gain + i, weights + i * LK_FLASH_KEYS, v,
                                span, ahead, tile))
    }
}

const lk_flash_value_kernels lk_flash_pairs_avx512_bf16 = {load, accumulate};
