#include "ops/attention/flash.h"
#include "types/float16.h"
#include <math.h>
#include <string.h>

static void widen(float *dst, const uint8_t *src, int32_t type, int64_t n, int64_t padded) {
    if (type == LK_TYPE_F16) {
        const uint16_t *halves = (const uint16_t *)(const void *)src;
        for (int64_t i = 0; i < n; i++) dst[i] = lk_float_from_f16(halves[i]);
    } else {
        memcpy(dst, src, (size_t)n * sizeof *dst);
    }
    for (int64_t i = n; i < padded; i++) dst[i] = 0;
}

static float dot(const float *a, const float *b, int64_t padded) {
    float lanes[LK_FLASH_LANES] = {0};
    for (int64_t i = 0; i < padded; i += LK_FLASH_LANES) {
        for (int lane = 0; lane < LK_FLASH_LANES; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    }
    float sum = 0;
    for (int lane = 0; lane < LK_FLASH_LANES; lane++) sum += lanes[lane];
    return sum;
}

static void dots(float *scores, const float *q, int64_t queries, const float *k, int64_t keys,
                 int64_t padded) {
    for (int64_t i = 0; i < queries; i++) {
        for (int64_t j = 0; j < keys; j++) {
            scores[i * LK_FLASH_KEYS + j] = dot(q + i * padded, k + j * padded, padded);
        }
    }
}

static lk_flash_weight weigh(float *scores, int64_t keys, const lk_flash_bend *bend) {
    lk_flash_weight weight = {-INFINITY, 0};
    for (int64_t j = 0; j < keys; j++) {
        float score = scores[j] * bend->scale;
        if (bend->softcap > 0) score = bend->softcap * tanhf(score / bend->softcap);
        score -= bend->slope * fabsf(bend->distance + (float)j);
        scores[j] = bend->bias ? score + bend->bias[j] : score;
        if (scores[j] > weight.largest) weight.largest = scores[j];
    }
    float base = weight.largest == -INFINITY ? 0 : weight.largest;
    for (int64_t j = 0; j < keys; j++) {
        scores[j] = expf(scores[j] - base);
        weight.sum += scores[j];
    }
    return weight;
}

static void accumulate(float *totals, const float *decay, const float *gain, const float *weights,
                       int64_t queries, const float *v, int64_t keys, int64_t stride, int64_t padded) {
    for (int64_t i = 0; i < queries; i++) {
        for (int64_t d = 0; d < padded; d += LK_FLASH_LANES) {
            float sums[LK_FLASH_LANES] = {0};
            for (int64_t j = 0; j < keys; j++) {
                float weight = weights[i * LK_FLASH_KEYS + j];
                for (int lane = 0; lane < LK_FLASH_LANES; lane++)
                    sums[lane] += weight * v[j * stride + d + lane];
            }
            float *total = totals + i * padded + d;
            for (int lane = 0; lane < LK_FLASH_LANES; lane++) {
                total[lane] = total[lane] * decay[i] + sums[lane] * gain[i];
            }
        }
    }
}

void lk_attention_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = {widen, dots, weigh, accumulate};
    lk_flash_run(op, begin, end, scratch, &kernels);
}
