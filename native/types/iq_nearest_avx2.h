/* The choice among points near, for AVX2. A lane is a point: what each level of each coordinate would cost is
 * computed once, and the codes look their costs up in registers, so that each point's sum is added up in the
 * order of the plain loops. */
#ifndef LK_IQ_NEAREST_AVX2_H
#define LK_IQ_NEAREST_AVX2_H

#include "types/inline.h"
#include "types/iq_near.h"
#include <float.h>
#include <immintrin.h>
#include <limits.h>

LK_INLINE __m256 lk_iq_cost(__m256 scaled_level, __m256 x, __m256 weight) {
    const __m256 difference = _mm256_sub_ps(scaled_level, x);
    return _mm256_mul_ps(_mm256_mul_ps(weight, difference), difference);
}

/* costs[i]: of the 3 levels of coordinate i of 8, in each half. */
LK_INLINE void lk_iq_costs_of_8(__m256 *costs, const float *x, const float *weight, float scale,
                                const float *levels) {
    const __m256 values = _mm256_loadu_ps(x), weights = _mm256_loadu_ps(weight);
    __m256 cost[3];
    LK_UNROLL
    for (int l = 0; l < 3; l++) cost[l] = lk_iq_cost(_mm256_set1_ps(scale * levels[l]), values, weights);
    /* Coordinates 0 1 | 4 5 and 2 3 | 6 7. */
    const __m256 low = _mm256_unpacklo_ps(cost[0], cost[1]), high = _mm256_unpackhi_ps(cost[0], cost[1]);
    const __m256 low2 = _mm256_unpacklo_ps(cost[2], cost[2]), high2 = _mm256_unpackhi_ps(cost[2], cost[2]);
    const __m256 pairs[4] = {
        _mm256_shuffle_ps(low, low2, _MM_SHUFFLE(1, 0, 1, 0)),
        _mm256_shuffle_ps(low, low2, _MM_SHUFFLE(3, 2, 3, 2)),
        _mm256_shuffle_ps(high, high2, _MM_SHUFFLE(1, 0, 1, 0)),
        _mm256_shuffle_ps(high, high2, _MM_SHUFFLE(3, 2, 3, 2)),
    };
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        costs[i] = _mm256_permute2f128_ps(pairs[i], pairs[i], 0x00);
        costs[i + 4] = _mm256_permute2f128_ps(pairs[i], pairs[i], 0x11);
    }
}

/* costs[i]: of the 8 levels of coordinate i of 4. */
LK_INLINE void lk_iq_costs_of_4(__m256 *costs, const float *x, const float *weight, float scale,
                                const float *levels) {
    const __m256 scaled = _mm256_mul_ps(_mm256_set1_ps(scale), _mm256_loadu_ps(levels));
    LK_UNROLL
    for (int i = 0; i < 4; i++)
        costs[i] = lk_iq_cost(scaled, _mm256_broadcast_ss(x + i), _mm256_broadcast_ss(weight + i));
}

LK_INLINE __m256 lk_iq_sum_costs(const __m256 *costs, const uint16_t *codes, const int bits) {
    __m256i code = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)codes));
    __m256 sum = _mm256_setzero_ps();
    const int coordinates = lk_iq_coordinates(bits);
    LK_UNROLL
    for (int i = 0; i < coordinates; i++) {
        const __m256 cost =
            bits == 2 ? _mm256_permutevar_ps(costs[i], code) : _mm256_permutevar8x32_ps(costs[i], code);
        sum = i == 0 ? cost : _mm256_add_ps(sum, cost);
        code = _mm256_srli_epi32(code, bits);
    }
    return sum;
}

/* The least of 8 numbers, in every lane. */
LK_INLINE __m256 lk_iq_least_lane(__m256 v) {
    v = _mm256_min_ps(v, _mm256_permute2f128_ps(v, v, 0x01));
    v = _mm256_min_ps(v, _mm256_shuffle_ps(v, v, _MM_SHUFFLE(1, 0, 3, 2)));
    return _mm256_min_ps(v, _mm256_shuffle_ps(v, v, _MM_SHUFFLE(2, 3, 0, 1)));
}

LK_INLINE uint32_t lk_iq_least_lanes(__m256 v) {
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(v, lk_iq_least_lane(v), _CMP_EQ_OQ));
}

/* Where the least stands: in the earliest eight, in it in the lowest lane. */
LK_INLINE int lk_iq_first_place(__m256 least, __m256i eight) {
    uint32_t equal = lk_iq_least_lanes(least);
    int32_t eights[8];
    _mm256_storeu_si256((__m256i *)eights, eight);
    int place = INT_MAX;
    for (; equal != 0; equal &= equal - 1) {
        const int lane = __builtin_ctz(equal), other = 8 * eights[lane] + lane;
        place = other < place ? other : place;
    }
    return place;
}

LK_INLINE uint16_t lk_iq_nearest_avx2(const uint16_t *codes, int eights, const float *x, const float *weight,
                                      float scale, const float *levels, const int bits) {
    __m256 costs[8];
    if (bits == 2)
        lk_iq_costs_of_8(costs, x, weight, scale, levels);
    else
        lk_iq_costs_of_4(costs, x, weight, scale, levels);
    __m256 least = _mm256_min_ps(lk_iq_sum_costs(costs, codes, bits), _mm256_set1_ps(FLT_MAX));
    if (eights == 1) return codes[__builtin_ctz(lk_iq_least_lanes(least))];
    __m256i eight = _mm256_setzero_si256();
    for (int e = 1; e < eights; e++) {
        const __m256 sum = lk_iq_sum_costs(costs, codes + 8 * e, bits);
        const __m256 better = _mm256_cmp_ps(sum, least, _CMP_LT_OQ);
        least = _mm256_blendv_ps(least, sum, better);
        eight = _mm256_blendv_epi8(eight, _mm256_set1_epi32(e), _mm256_castps_si256(better));
    }
    return codes[lk_iq_first_place(least, eight)];
}

#endif
