/* fit_positive.h for AVX2, of whole eights of values: a lane is a trial, then a value. */
#ifndef LK_FIT_POSITIVE_AVX2_H
#define LK_FIT_POSITIVE_AVX2_H

#include "types/fit_positive.h"
#include "types/rounding_avx2.h"

LK_INLINE __m256i lk_positive_step_avx2(__m256 value, int top) {
    return _mm256_min_epi32(lk_nearest_avx2(value), _mm256_set1_epi32(top));
}

LK_INLINE __m256 lk_positive_add_error(__m256 error, __m256 x, __m256 w, __m256 scale, __m256i q) {
    const __m256 difference = _mm256_sub_ps(x, _mm256_mul_ps(scale, _mm256_cvtepi32_ps(q)));
    return _mm256_add_ps(error, _mm256_mul_ps(_mm256_mul_ps(w, difference), difference));
}

/* Of the first trial and the 8 others. */
LK_INLINE void lk_positive_errors_avx2(float *errors, const float *inverses, const float *x, const float *w,
                                       int n, int top) {
    const __m256 first = _mm256_set1_ps(inverses[0]), others = _mm256_loadu_ps(inverses + 1);
    const __m256 one = _mm256_set1_ps(1);
    const __m256 first_scale = _mm256_div_ps(one, first), other_scales = _mm256_div_ps(one, others);
    __m256 first_error = _mm256_setzero_ps(), other_errors = _mm256_setzero_ps();
    for (int i = 0; i < n; i++) {
        const __m256 value = _mm256_broadcast_ss(x + i), weight = _mm256_broadcast_ss(w + i);
        const __m256i wrapped =
            _mm256_and_si256(lk_positive_step_avx2(_mm256_mul_ps(first, value), top), _mm256_set1_epi32(255));
        const __m256i q = lk_positive_step_avx2(_mm256_mul_ps(others, value), top);
        first_error = lk_positive_add_error(first_error, value, weight, first_scale, wrapped);
        other_errors = lk_positive_add_error(other_errors, value, weight, other_scales, q);
    }
    errors[0] = _mm256_cvtss_f32(first_error);
    _mm256_storeu_ps(errors + 1, other_errors);
}

/* The inverse of the best trial's scale. */
LK_INLINE float lk_positive_inverse_avx2(const float *x, const float *w, int n, int top, float largest) {
    float inverses[9] = {(float)top / largest}, errors[9];
    for (int t = 0; t < 8; t++) inverses[t + 1] = lk_positive_trial(t < 4 ? t - 4 : t - 3, top, largest);
    lk_positive_errors_avx2(errors, inverses, x, w, n, top);
    int best = 0;
    for (int t = 1; t < 9; t++) best = errors[t] < errors[best] ? t : best;
    return inverses[best];
}

/* Which of 8 values lk_positive_move would move. */
LK_INLINE uint32_t lk_positive_movable(lk_signed_sums sums, const uint8_t *q, const float *x, const float *w,
                                       int top) {
    const __m256 value = _mm256_loadu_ps(x), weight = _mm256_loadu_ps(w), zero = _mm256_setzero_ps();
    const __m256i old = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)q));
    const __m256 old_q = _mm256_cvtepi32_ps(old), wx = _mm256_mul_ps(weight, value);
    const __m256 sum_xq = _mm256_set1_ps(sums.xq), sum_qq = _mm256_set1_ps(sums.qq);
    __m256 xq = _mm256_sub_ps(sum_xq, _mm256_mul_ps(wx, old_q));
    __m256 qq = _mm256_sub_ps(sum_qq, _mm256_mul_ps(_mm256_mul_ps(weight, old_q), old_q));
    const __m256 positive =
        _mm256_and_ps(_mm256_cmp_ps(xq, zero, _CMP_GT_OQ), _mm256_cmp_ps(qq, zero, _CMP_GT_OQ));
    const __m256i step = lk_positive_step_avx2(_mm256_div_ps(_mm256_mul_ps(value, qq), xq), top);
    const __m256 new_q = _mm256_cvtepi32_ps(step);
    xq = _mm256_add_ps(xq, _mm256_mul_ps(wx, new_q));
    qq = _mm256_add_ps(qq, _mm256_mul_ps(_mm256_mul_ps(weight, new_q), new_q));
    const __m256 gain = _mm256_mul_ps(_mm256_mul_ps(xq, xq), sum_qq);
    const __m256 better = _mm256_cmp_ps(gain, _mm256_mul_ps(_mm256_mul_ps(sum_xq, sum_xq), qq), _CMP_GT_OQ);
    const __m256 same = _mm256_castsi256_ps(_mm256_cmpeq_epi32(step, old));
    return (uint32_t)_mm256_movemask_ps(_mm256_andnot_ps(same, _mm256_and_ps(positive, better)));
}

/* One round over all values: whenever one moves, the sums change, and those after it are asked again. */
LK_INLINE bool lk_positive_round_avx2(lk_signed_sums *sums, uint8_t *q, const float *x, const float *w, int n,
                                      int top) {
    bool moved = false;
    for (int i = 0; i < n; i += 8) {
        uint32_t left = 0xff, movable;
        while ((movable = lk_positive_movable(*sums, q + i, x + i, w + i, top) & left) != 0) {
            const int lane = __builtin_ctz(movable);
            moved |= lk_positive_move(sums, q + i + lane, x[i + lane], w[i + lane], top);
            left = 0xfeu << lane & 0xff;
        }
    }
    return moved;
}

/* lk_fit_positive. */
LK_INLINE float lk_fit_positive_avx2(uint8_t *q, const float *x, const float *w, int n, int top) {
    float largest = 0;
    for (int i = 0; i < n; i++) largest = largest > x[i] ? largest : x[i];
    if (largest < LK_FIT_LEAST) {
        for (int i = 0; i < n; i++) q[i] = 0;
        return 0;
    }
    lk_signed_sums sums = lk_positive_start(q, x, w, n, lk_positive_inverse_avx2(x, w, n, top, largest), top);
    for (int round = 0; round < LK_POSITIVE_ROUNDS; round++)
        if (!lk_positive_round_avx2(&sums, q, x, w, n, top)) break;
    return lk_positive_scale(sums);
}

#endif
