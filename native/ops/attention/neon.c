#include "ops/attention/flash.h"
#include "ops/vector_exp_neon.h"
#include "ops/vector_neon.h"
#include <math.h>

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
    for (; i + 4 <= n; i += 4) vst1q_f32(dst + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(halves + i))));
    for (; i < padded; i += 4) {
        uint16_t rest[4] = {0};
        if (i < n) memcpy(rest, halves + i, (size_t)(n - i) * sizeof *rest);
        vst1q_f32(dst + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(rest))));
    }
}

/* The sums of 4 vectors. The tree is the same in each, so a sum does not depend on its neighbours. */
static inline float32x4_t sums_of_4(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t d) {
    return vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d));
}

/* keys is 1 or a multiple of 4. */
BLOCK void dot_block(float *scores, const float *q, const float *k, int64_t padded, const int queries,
                     const int keys) {
    float32x4_t sums[16];
    for (int i = 0; i < queries * keys; i++) sums[i] = vdupq_n_f32(0);
    for (int64_t d = 0; d < padded; d += 4) {
        for (int j = 0; j < keys; j++) {
            float32x4_t key = vld1q_f32(k + j * padded + d);
            for (int i = 0; i < queries; i++) {
                sums[i * keys + j] = vfmaq_f32(sums[i * keys + j], vld1q_f32(q + i * padded + d), key);
            }
        }
    }
    for (int i = 0; i < queries; i++) {
        const float32x4_t zero = vdupq_n_f32(0), *sum = sums + i * keys;
        if (keys == 1) vst1q_lane_f32(scores + i * LK_FLASH_KEYS, sums_of_4(sum[0], zero, zero, zero), 0);
        for (int j = 0; j + 4 <= keys; j += 4) {
            vst1q_f32(scores + i * LK_FLASH_KEYS + j, sums_of_4(sum[j], sum[j + 1], sum[j + 2], sum[j + 3]));
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
    for (; i + 4 <= queries; i += 4) {
        dot_rows(scores + i * LK_FLASH_KEYS, q + i * padded, k, keys, padded, 4, 4);
    }
    for (; i < queries; i++) dot_rows(scores + i * LK_FLASH_KEYS, q + i * padded, k, keys, padded, 1, 8);
}

static inline float32x4_t bent(float32x4_t dots, int64_t j, const lk_flash_bend *bend) {
    float32x4_t score = vmulq_n_f32(dots, bend->scale);
    if (bend->softcap > 0) {
        float32x4_t cap = vdupq_n_f32(bend->softcap);
        score = vmulq_f32(cap, lk_tanh_neon(vdivq_f32(score, cap)));
    }
    if (bend->slope != 0) {
        const float32x4_t lanes = {0, 1, 2, 3};
        float32x4_t apart = vabsq_f32(vaddq_f32(vdupq_n_f32(bend->distance + (float)j), lanes));
        score = vfmaq_n_f32(score, apart, -bend->slope);
    }
    return bend->bias ? vaddq_f32(score, vld1q_f32(bend->bias + j)) : score;
}

/* Lanes past the last key become -inf, hence weights of 0; a row of scores has room for them. */
static lk_flash_weight weigh(float *scores, int64_t keys, const lk_flash_bend *bend) {
    const float32x4_t nothing = vdupq_n_f32(-INFINITY);
    float32x4_t largest = nothing, sum = vdupq_n_f32(0);
    for (int64_t j = 0; j < keys; j += 4) {
        float32x4_t score = lk_lanes_neon(bent(vld1q_f32(scores + j), j, bend), keys - j, nothing);
        vst1q_f32(scores + j, score);
        largest = vmaxnmq_f32(largest, score);
    }
    lk_flash_weight weight = {vmaxnmvq_f32(largest), 0};
    const float32x4_t base = vdupq_n_f32(weight.largest == -INFINITY ? 0 : weight.largest);
    for (int64_t j = 0; j < keys; j += 4) {
        float32x4_t e = lk_exp_neon(vsubq_f32(vld1q_f32(scores + j), base));
        vst1q_f32(scores + j, e);
        sum = vaddq_f32(sum, e);
    }
    weight.sum = vaddvq_f32(sum);
    return weight;
}

/* queries x (4 vectors) elements of the totals. */
BLOCK void sum_block(float *totals, const float *decay, const float *gain, const float *weights,
                     const float *v, int64_t keys, int64_t stride, int64_t padded, const int queries,
                     const int vectors) {
    float32x4_t sums[16];
    for (int i = 0; i < queries * vectors; i++) sums[i] = vdupq_n_f32(0);
    for (int64_t j = 0; j < keys; j++) {
        for (int n = 0; n < vectors; n++) {
            float32x4_t value = vld1q_f32(v + j * stride + 4 * n);
            for (int i = 0; i < queries; i++) {
                sums[i * vectors + n] =
                    vfmaq_n_f32(sums[i * vectors + n], value, weights[i * LK_FLASH_KEYS + j]);
            }
        }
    }
    for (int i = 0; i < queries; i++) {
        for (int n = 0; n < vectors; n++) {
            float *total = totals + i * padded + 4 * n;
            float32x4_t old = vmulq_n_f32(vld1q_f32(total), decay[i]);
            vst1q_f32(total, vfmaq_n_f32(old, sums[i * vectors + n], gain[i]));
        }
    }
}

BLOCK void sum_rows(float *totals, const float *decay, const float *gain, const float *weights,
                    const float *v, int64_t keys, int64_t stride, int64_t padded, const int queries,
                    const int vectors) {
    int64_t d = 0;
    for (; d + 4 * vectors <= padded; d += 4 * vectors) {
        sum_block(totals + d, decay, gain, weights, v + d, keys, stride, padded, queries, vectors);
    }
    for (; d < padded; d += 8)
        sum_block(totals + d, decay, gain, weights, v + d, keys, stride, padded, queries, 2);
}

static void accumulate(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const float *v, int64_t keys, int64_t stride, int64_t padded) {
    int64_t i = 0;
    for (; i + 4 <= queries; i += 4) {
        sum_rows(totals + i * padded, decay + i, gain + i, weights + i * LK_FLASH_KEYS, v, keys, stride,
                 padded, 4, 4);
    }
    for (; i < queries; i++) {
        sum_rows(totals + i * padded, decay + i, gain + i, weights + i * LK_FLASH_KEYS, v, keys, stride,
                 padded, 1, 8);
    }
}

void lk_attention_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = {widen, dots, weigh, accumulate};
    lk_flash_run(op, begin, end, scratch, &kernels);
}
