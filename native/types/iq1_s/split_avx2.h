/* A lane is a place of the second cut. */
#ifndef LK_IQ1_S_SPLIT_AVX2_H
#define LK_IQ1_S_SPLIT_AVX2_H

#include "types/iq1_s/split_sums.h"
#include <immintrin.h>

typedef struct lk_iq1_parts {
    __m256 wx[3], w[3];
} lk_iq1_parts;

typedef struct lk_iq1_scores {
    __m256 qx, qq;
} lk_iq1_scores;

LK_INLINE lk_iq1_parts lk_iq1_s_cut(const lk_iq1_sums *sums, int low, int high) {
    const __m256 wx = _mm256_loadu_ps(sums->wx + high), w = _mm256_loadu_ps(sums->w + high);
    const __m256 first_wx = _mm256_broadcast_ss(sums->wx + low), first_w = _mm256_broadcast_ss(sums->w + low);
    return (lk_iq1_parts){
        {first_wx, _mm256_sub_ps(wx, first_wx), _mm256_sub_ps(_mm256_broadcast_ss(sums->wx + 32), wx)},
        {first_w, _mm256_sub_ps(w, first_w), _mm256_sub_ps(_mm256_broadcast_ss(sums->w + 32), w)}};
}

LK_INLINE lk_iq1_scores lk_iq1_s_score(const lk_iq1_parts *parts, const float *levels) {
    __m256 qx[3], qq[3];
    LK_UNROLL
    for (int l = 0; l < 3; l++) {
        const __m256 q = _mm256_broadcast_ss(levels + l);
        qx[l] = _mm256_mul_ps(parts->wx[l], q);
        qq[l] = _mm256_mul_ps(_mm256_mul_ps(parts->w[l], q), q);
    }
    return (lk_iq1_scores){_mm256_add_ps(_mm256_add_ps(qx[0], qx[1]), qx[2]),
                           _mm256_add_ps(_mm256_add_ps(qq[0], qq[1]), qq[2])};
}

/* Lanes that lk_iq1_consider would take, before another is taken. */
LK_INLINE uint32_t lk_iq1_s_better(lk_iq1_scores scores, float best) {
    const __m256 positive = _mm256_cmp_ps(scores.qq, _mm256_setzero_ps(), _CMP_GT_OQ);
    const __m256 better = _mm256_cmp_ps(_mm256_mul_ps(scores.qx, scores.qx),
                                        _mm256_mul_ps(_mm256_set1_ps(best), scores.qq), _CMP_GT_OQ);
    return (uint32_t)_mm256_movemask_ps(_mm256_and_ps(positive, better));
}

static inline void lk_iq1_s_take(lk_iq1_split *best, uint32_t lanes, const lk_iq1_scores *scores, int low,
                                 int high) {
    float qx[2][8], qq[2][8];
    for (int shift = 0; shift < 2; shift++) {
        _mm256_storeu_ps(qx[shift], scores[shift].qx);
        _mm256_storeu_ps(qq[shift], scores[shift].qq);
    }
    for (; lanes != 0; lanes &= lanes - 1) {
        const int lane = __builtin_ctz(lanes);
        for (int shift = 0; shift < 2; shift++)
            lk_iq1_consider(best, qx[shift][lane], qq[shift][lane], low, high + lane, shift);
    }
}

LK_INLINE void lk_iq1_s_split_avx2(lk_iq1_split *best, const float *x, const float *weight,
                                   const uint8_t *order) {
    lk_iq1_sums sums;
    lk_iq1_sum_up(&sums, x, weight, order);
    for (int low = 0; low <= 32; low++)
        for (int high = low; high <= 32; high += 8) {
            const lk_iq1_parts parts = lk_iq1_s_cut(&sums, low, high);
            const lk_iq1_scores scores[2] = {lk_iq1_s_score(&parts, lk_iq1_levels[0]),
                                             lk_iq1_s_score(&parts, lk_iq1_levels[1])};
            const uint32_t exist = high + 7 <= 32 ? 0xff : (1u << (33 - high)) - 1;
            const uint32_t lanes =
                (lk_iq1_s_better(scores[0], best->score) | lk_iq1_s_better(scores[1], best->score)) & exist;
            if (lanes != 0) lk_iq1_s_take(best, lanes, scores, low, high);
        }
}

#endif
