/* The search of iq_magnitudes.h for AVX2. A lane is a trial, so that each trial sums in the order of the
 * plain loops. */
#ifndef LK_IQ_MAGNITUDES_AVX2_H
#define LK_IQ_MAGNITUDES_AVX2_H

#include "types/fit_positive_avx2.h"
#include "types/iq_magnitudes.h"
#include "types/iq_nearest_avx2.h"

/* lk_nearest(0.5 (inverse x - 1)) in [0, most]. */
LK_INLINE __m256i lk_iq_levels(__m256 inverse, __m256 x, const int most) {
    const __m256 shifted = _mm256_sub_ps(_mm256_mul_ps(inverse, x), _mm256_set1_ps(1));
    const __m256i level = lk_nearest_avx2(_mm256_mul_ps(_mm256_set1_ps(0.5f), shifted));
    return _mm256_min_epi32(_mm256_max_epi32(level, _mm256_setzero_si256()), _mm256_set1_epi32(most));
}

/* Rounds the coordinates of point p in 8 trials from t on. */
LK_INLINE void lk_iq_round_avx2(uint32_t *codes, const float *x, __m256 inverse, const int bits) {
    __m256i code = _mm256_setzero_si256();
    const int coordinates = lk_iq_coordinates(bits);
    LK_UNROLL
    for (int i = 0; i < coordinates; i++) {
        const __m256i level = lk_iq_levels(inverse, _mm256_broadcast_ss(x + i), bits == 2 ? 2 : 7);
        code = _mm256_or_si256(code, _mm256_slli_epi32(level, bits * i));
    }
    _mm256_storeu_si256((__m256i *)codes, code);
}

/* Finds the points of trials [t, t + 8), of which those from end on do not exist. */
LK_INLINE void lk_iq_seek_avx2(lk_iq_trials *trials, int t, int end, const lk_iq_group *group,
                               const lk_iq_format *format, const lk_iq_near *near) {
    const int per_point = lk_iq_per_point(format), points = format->group / per_point;
    const __m256 inverse = _mm256_loadu_ps(trials->inverse + t);
    for (int p = 0; p < points; p++) {
        const float *x = group->magnitude + p * per_point, *root = group->root + p * per_point;
        uint32_t codes[8];
        lk_iq_round_avx2(codes, x, inverse, format->bits);
        for (int l = 0; l < 8; l++) {
            const int32_t place = near->places[codes[l]];
            trials->codes[p][t + l] = (uint16_t)codes[l];
            if (place >= 0 || t + l >= end) continue;
            int eights;
            const uint16_t *list = lk_iq_near_codes(near, place, &eights);
            trials->codes[p][t + l] =
                lk_iq_nearest_avx2(list, eights, x, root, trials->scale[t + l], lk_iq_odd, format->bits);
            trials->near[t + l] |= (uint8_t)(1 << p);
        }
    }
}

LK_INLINE void lk_iq_sums_avx2(lk_iq_trials *trials, int t, const lk_iq_group *group,
                               const lk_iq_format *format) {
    const int per_point = lk_iq_per_point(format), points = format->group / per_point;
    const __m256i mask = _mm256_set1_epi32((1 << format->bits) - 1), one = _mm256_set1_epi32(1);
    __m256 qx = _mm256_setzero_ps(), qq = _mm256_setzero_ps();
    for (int p = 0; p < points; p++) {
        __m256i code = _mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i *)(trials->codes[p] + t)));
        LK_UNROLL
        for (int i = 0; i < per_point; i++) {
            const int element = p * per_point + i;
            const __m256 w = _mm256_broadcast_ss(group->weight + element);
            const __m256 x = _mm256_broadcast_ss(group->magnitude + element);
            const __m256i level = _mm256_and_si256(code, mask);
            const __m256 q = _mm256_cvtepi32_ps(_mm256_add_epi32(_mm256_add_epi32(level, level), one));
            qx = _mm256_add_ps(qx, _mm256_mul_ps(_mm256_mul_ps(w, x), q));
            qq = _mm256_add_ps(qq, _mm256_mul_ps(_mm256_mul_ps(w, q), q));
            code = _mm256_srli_epi32(code, format->bits);
        }
    }
    _mm256_storeu_ps(trials->qx + t, qx);
    _mm256_storeu_ps(trials->qq + t, qq);
}

LK_INLINE void lk_iq_try_all_avx2(lk_iq_trials *trials, const lk_iq_group *group, const lk_iq_format *format,
                                  const lk_iq_near *near) {
    /* Lanes that are no trial round to 1, and nothing is sought for them. */
    for (int t = format->trials; t % 8 != 0; t++) trials->inverse[t] = trials->scale[t] = 0;
    memset(trials->near, 0, sizeof trials->near);
    for (int t = 0; t < format->trials; t += 8) {
        lk_iq_seek_avx2(trials, t, format->trials, group, format, near);
        lk_iq_sums_avx2(trials, t, group, format);
    }
}

static const lk_iq_kernels lk_iq_avx2 = {lk_iq_try_all_avx2, lk_iq_nearest_avx2, lk_fit_positive_avx2};

#endif
