/* A lane is a sum: of weight q x and weight q^2 for each of four shifts. */
#ifndef LK_IQ1_M_SPLIT_AVX2_H
#define LK_IQ1_M_SPLIT_AVX2_H

#include "types/iq1_m/split_terms.h"
#include <immintrin.h>

enum { LK_IQ1_M_LOWS = 20 }; /* 17, in fours */

/* The sums of elements that lie before the second cut, from four places of the first on, and of those behind.
 */
LK_INLINE void lk_iq1_m_finish(float sums[][17][8], const __m256 *before, int high, lk_iq1_terms terms) {
    __m256 sum[4] = {before[0], before[1], before[2], before[3]};
    for (int j = high; j < 16; j++) {
        const __m256 term = _mm256_loadu_ps(terms[2][j]);
        LK_UNROLL
        for (int i = 0; i < 4; i++) sum[i] = _mm256_add_ps(sum[i], term);
    }
    LK_UNROLL
    for (int i = 0; i < 4; i++) _mm256_storeu_ps(sums[i][high], sum[i]);
}

LK_INLINE void lk_iq1_m_sum_up(float sums[LK_IQ1_M_LOWS][17][8], lk_iq1_terms terms) {
    __m256 before[LK_IQ1_M_LOWS], lowest = _mm256_setzero_ps();
    for (int low = 0; low < LK_IQ1_M_LOWS; low++) before[low] = lowest;
    for (int high = 0; high <= 16; high++) {
        before[high] = lowest;
        for (int low = 0; low <= high; low += 4) lk_iq1_m_finish(sums + low, before + low, high, terms);
        if (high == 16) break;
        const __m256 middle = _mm256_loadu_ps(terms[1][high]);
        for (int low = 0; low <= high; low++) before[low] = _mm256_add_ps(before[low], middle);
        lowest = _mm256_add_ps(lowest, _mm256_loadu_ps(terms[0][high]));
    }
}

/* Whether lk_iq1_consider would take one of four shifts. */
LK_INLINE bool lk_iq1_m_better(const float *sums, float best) {
    const __m128 qx = _mm_loadu_ps(sums), qq = _mm_loadu_ps(sums + 4);
    const __m128 better = _mm_cmpgt_ps(_mm_mul_ps(qx, qx), _mm_mul_ps(_mm_set1_ps(best), qq));
    return _mm_movemask_ps(_mm_and_ps(_mm_cmpgt_ps(qq, _mm_setzero_ps()), better)) != 0;
}

LK_INLINE void lk_iq1_m_split_avx2(lk_iq1_split *best, const float *x, const float *weight,
                                   const uint8_t *order) {
    lk_iq1_terms terms;
    float sums[LK_IQ1_M_LOWS][17][8];
    lk_iq1_take_terms(terms, x, weight, order);
    lk_iq1_m_sum_up(sums, terms);
    for (int low = 0; low <= 16; low++)
        for (int high = low; high <= 16; high++) {
            const float *sum = sums[low][high];
            if (!lk_iq1_m_better(sum, best->score)) continue;
            for (int shifts = 0; shifts < 4; shifts++)
                lk_iq1_consider(best, sum[shifts], sum[shifts + 4], low, high, shifts);
        }
}

#endif
