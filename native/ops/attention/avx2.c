#include "ops/attention/flash.h"
#include "ops/vector_avx2.h"
#include "ops/vector_exp_avx2.h"
#include <math.h>
#include <string.h>

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define BLOCK __attribute__((always_inline)) static inline

static void widen(float *dst, const uint8_t *src, int32_t type, int64_t n, int64_t padded) {
    if (type == LK_TYPE_F32) {
        memcpy(dst, src, (size_t)n * sizeof *dst);
        memset(dst + n, 0, (size_t)(padded - n) * sizeof *dst);
        return;
    }
    const uint16_t *halves = (const uint16_t *)(const void *)src;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        _mm256_storeu_ps(dst + i,
                         _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(halves + i))));
    }
    if (i == n) return;
    uint16_t rest[8] = {0};
    memcpy(rest, halves + i, (size_t)(n - i) * sizeof *rest);
    _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)rest)));
}

/* The sums of 4 vectors. The tree is the same in each, so a sum does not depend on its neighbours. */
static inline __m128 sums_of_4(__m256 a, __m256 b, __m256 c, __m256 d) {
    __m256 halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    return _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1));
}

/* keys is 1 or a multiple of 4. */
BLOCK void dot_block(float *scores, const float *q, const float *k, int64_t padded, const int queries,
                     const int keys) {
    __m256 sums[12];
    for (int i = 0; i < queries * keys; i++) sums[i] = _mm256_setzero_ps();
    for (int64_t d = 0; d < padded; d += 8) {
        for (int j = 0; j < keys; j++) {
            __m256 key = _mm256_loadu_ps(k + j * padded + d);
            for (int i = 0; i < queries; i++) {
                sums[i * keys + j] =
                    _mm256_fmadd_ps(_mm256_loadu_ps(q + i * padded + d), key, sums[i * keys + j]);
            }
        }
    }
    for (int i = 0; i < queries; i++) {
        const __m256 zero = _mm256_setzero_ps(), *sum = sums + i * keys;
        if (keys == 1) _mm_store_ss(scores + i * LK_FLASH_KEYS, sums_of_4(sum[0], zero, zero, zero));
        for (int j = 0; j + 4 <= keys; j += 4) {
            _mm_storeu_ps(scores + i * LK_FLASH_KEYS + j,
                          sums_of_4(sum[j], sum[j + 1], sum[j + 2], sum[j + 3]));
        }
    }
}

BLOCK void dot_rows(float *scores, const float *q, const float *k, int64_t keys, int64_t padded,
                    const int queries, const int keys_a_block) {
    int64_t j = 0;
    for (; j + keys_a_block <= keys; j += keys_a_block) {
        dot_block(scores + j, q, k + j * padded, padded, queries, keys_a_block);
    }
    for (; j < keys; j++) dot_block(scores + j, q, k + j * padded, padded, queries, 1);
}

static void dots(float *scores, const float *q, int64_t queries, const float *k, int64_t keys,
                 int64_t padded) {
    int64_t i = 0;
    for (; i + 3 <= queries; i += 3)
        dot_rows(scores + i * LK_FLASH_KEYS, q + i * padded, k, keys, padded, 3, 4);
    if (i + 2 == queries) dot_rows(scores + i * LK_FLASH_KEYS, q + i * padded, k, keys, padded, 2, 4);
    if (i + 1 == queries) dot_rows(scores + i * LK_FLASH_KEYS, q + i * padded, k, keys, padded, 1, 8);
}

static inline __m256 bent(__m256 dots, int64_t j, const lk_flash_bend *bend) {
    __m256 score = _mm256_mul_ps(dots, _mm256_set1_ps(bend->scale));
    if (bend->softcap > 0) {
        __m256 cap = _mm256_set1_ps(bend->softcap);
        score = _mm256_mul_ps(cap, lk_tanh_avx2(_mm256_div_ps(score, cap)));
    }
    if (bend->slope != 0) {
        __m256 lanes = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
        __m256 distance = _mm256_add_ps(_mm256_set1_ps(bend->distance + (float)j), lanes);
        __m256 apart = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), distance);
        score = _mm256_fnmadd_ps(_mm256_set1_ps(bend->slope), apart, score);
    }
    return bend->bias ? _mm256_add_ps(score, _mm256_loadu_ps(bend->bias + j)) : score;
}

/* Lanes past the last key become -inf, hence weights of 0; a row of scores has room for them. */
static lk_flash_weight weigh(float *scores, int64_t keys, const lk_flash_bend *bend) {
    const __m256 nothing = _mm256_set1_ps(-INFINITY);
    __m256 largest = nothing, sum = _mm256_setzero_ps();
    for (int64_t j = 0; j < keys; j += 8) {
        __m256 present = _mm256_castsi256_ps(lk_lanes_avx2(keys - j));
        __m256 score = _mm256_blendv_ps(nothing, bent(_mm256_loadu_ps(scores + j), j, bend), present);
        _mm256_storeu_ps(scores + j, score);
        largest = _mm256_max_ps(score, largest);
    }
    lk_flash_weight weight = {lk_largest_avx2(largest), 0};
    const __m256 base = _mm256_set1_ps(weight.largest == -INFINITY ? 0 : weight.largest);
    for (int64_t j = 0; j < keys; j += 8) {
        __m256 e = lk_exp_avx2(_mm256_sub_ps(_mm256_loadu_ps(scores + j), base));
        _mm256_storeu_ps(scores + j, e);
        sum = _mm256_add_ps(sum, e);
    }
    weight.sum = lk_sum_avx2(sum);
    return weight;
}

/* queries x (8 vectors) elements of the totals. */
BLOCK void sum_block(float *totals, const float *decay, const float *gain, const float *weights,
                     const float *v, int64_t keys, int64_t stride, int64_t padded, const int queries,
                     const int vectors) {
    __m256 sums[8];
    for (int i = 0; i < queries * vectors; i++) sums[i] = _mm256_setzero_ps();
    for (int64_t j = 0; j < keys; j++) {
        for (int i = 0; i < queries; i++) {
            __m256 weight = _mm256_broadcast_ss(weights + i * LK_FLASH_KEYS + j);
            for (int n = 0; n < vectors; n++) {
                __m256 value = _mm256_loadu_ps(v + j * stride + 8 * n);
                sums[i * vectors + n] = _mm256_fmadd_ps(weight, value, sums[i * vectors + n]);
            }
        }
    }
    for (int i = 0; i < queries; i++) {
        for (int n = 0; n < vectors; n++) {
            float *total = totals + i * padded + 8 * n;
            __m256 old = _mm256_mul_ps(_mm256_loadu_ps(total), _mm256_set1_ps(decay[i]));
            _mm256_storeu_ps(total, _mm256_fmadd_ps(sums[i * vectors + n], _mm256_set1_ps(gain[i]), old));
        }
    }
}

BLOCK void sum_rows(float *totals, const float *decay, const float *gain, const float *weights,
                    const float *v, int64_t keys, int64_t stride, int64_t padded, const int queries,
                    const int vectors) {
    int64_t d = 0;
    for (; d + 8 * vectors <= padded; d += 8 * vectors) {
        sum_block(totals + d, decay, gain, weights, v + d, keys, stride, padded, queries, vectors);
    }
    for (; d < padded; d += 8)
        sum_block(totals + d, decay, gain, weights, v + d, keys, stride, padded, queries, 1);
}

static void accumulate(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const float *v, int64_t keys, int64_t stride, int64_t padded) {
    int64_t i = 0;
    for (; i + 4 <= queries; i += 4) {
        sum_rows(totals + i * padded, decay + i, gain + i, weights + i * LK_FLASH_KEYS, v, keys, stride,
                 padded, 4, 2);
    }
    for (; i < queries; i++) {
        sum_rows(totals + i * padded, decay + i, gain + i, weights + i * LK_FLASH_KEYS, v, keys, stride,
                 padded, 1, 8);
    }
}

void lk_attention_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = {widen, dots, weigh, accumulate};
    lk_flash_run(op, begin, end, scratch, &kernels);
}
