/* The fit of iq_fit.h for AVX2: a lane is a trial, then an element. */
#ifndef LK_IQ_FIT_AVX2_H
#define LK_IQ_FIT_AVX2_H

#include "types/inline.h"
#include "types/iq_fit.h"
#include <immintrin.h>

/* lk_nearest_integer. */
LK_INLINE __m256i lk_nearest_avx2(__m256 value) {
    const __m256i bits = _mm256_castps_si256(_mm256_add_ps(value, _mm256_set1_ps(12582912.0f)));
    return _mm256_sub_epi32(_mm256_and_si256(bits, _mm256_set1_epi32(0x7fffff)), _mm256_set1_epi32(0x400000));
}

LK_INLINE __m256i lk_iq_fit_round_avx2(__m256 value) {
    return _mm256_min_epi32(lk_nearest_avx2(value), _mm256_set1_epi32(LK_IQ_FIT_MOST));
}

LK_INLINE __m256 lk_iq_fit_add_error(__m256 error, __m256 x, __m256 weight, __m256 scale, __m256i q) {
    const __m256 difference = _mm256_sub_ps(x, _mm256_mul_ps(scale, _mm256_cvtepi32_ps(q)));
    return _mm256_add_ps(error, _mm256_mul_ps(_mm256_mul_ps(weight, difference), difference));
}

/* errors[0]: of the trial at the largest, whose negative numbers wrap around; then of the 8 around it. */
LK_INLINE void lk_iq_fit_errors_avx2(float *errors, const float *inverses, const float *x,
                                     const float *weight) {
    const __m256 first = _mm256_set1_ps(inverses[0]), rest = _mm256_loadu_ps(inverses + 1);
    const __m256 one = _mm256_set1_ps(1);
    const __m256 first_scale = _mm256_div_ps(one, first), rest_scale = _mm256_div_ps(one, rest);
    __m256 first_error = _mm256_setzero_ps(), rest_error = _mm256_setzero_ps();
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) {
        const __m256 element = _mm256_broadcast_ss(x + i), factor = _mm256_broadcast_ss(weight + i);
        const __m256i wrapped =
            _mm256_and_si256(lk_nearest_avx2(_mm256_mul_ps(first, element)), _mm256_set1_epi32(255));
        const __m256i q = lk_iq_fit_round_avx2(_mm256_mul_ps(rest, element));
        first_error = lk_iq_fit_add_error(first_error, element, factor, first_scale, wrapped);
        rest_error = lk_iq_fit_add_error(rest_error, element, factor, rest_scale, q);
    }
    errors[0] = _mm256_cvtss_f32(first_error);
    _mm256_storeu_ps(errors + 1, rest_error);
}

LK_INLINE float lk_iq_fit_inverse_avx2(const float *x, const float *weight) {
    float largest = 0, inverses[9], errors[9];
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i++) largest = x[i] > largest ? x[i] : largest;
    inverses[0] = LK_IQ_FIT_MOST / largest;
    for (int t = 0; t < 8; t++)
        inverses[t + 1] = (0.1f * (float)(t < 4 ? t - 4 : t - 3) + LK_IQ_FIT_MOST) / largest;
    lk_iq_fit_errors_avx2(errors, inverses, x, weight);
    int best = 0;
    for (int t = 1; t < 9; t++) best = errors[t] < errors[best] ? t : best;
    return inverses[best];
}

/* Which of 8 elements from i on lk_iq_fit_move would move. */
LK_INLINE uint32_t lk_iq_fit_movable(const lk_iq_fit *fit, int i, const float *x, const float *weight) {
    const __m256 element = _mm256_loadu_ps(x + i), w = _mm256_loadu_ps(weight + i);
    const __m256i old = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(fit->q + i)));
    const __m256 old_q = _mm256_cvtepi32_ps(old), wx = _mm256_mul_ps(w, element);
    const __m256 sum_qx = _mm256_set1_ps(fit->qx), sum_qq = _mm256_set1_ps(fit->qq);
    const __m256 zero = _mm256_setzero_ps();
    __m256 qx = _mm256_sub_ps(sum_qx, _mm256_mul_ps(wx, old_q));
    __m256 qq = _mm256_sub_ps(sum_qq, _mm256_mul_ps(_mm256_mul_ps(w, old_q), old_q));
    const __m256 positive =
        _mm256_and_ps(_mm256_cmp_ps(qx, zero, _CMP_GT_OQ), _mm256_cmp_ps(qq, zero, _CMP_GT_OQ));
    const __m256i q = lk_iq_fit_round_avx2(_mm256_div_ps(_mm256_mul_ps(element, qq), qx));
    const __m256 new_q = _mm256_cvtepi32_ps(q);
    qx = _mm256_add_ps(qx, _mm256_mul_ps(wx, new_q));
    qq = _mm256_add_ps(qq, _mm256_mul_ps(_mm256_mul_ps(w, new_q), new_q));
    const __m256 better = _mm256_cmp_ps(_mm256_mul_ps(_mm256_mul_ps(qx, qx), sum_qq),
                                        _mm256_mul_ps(_mm256_mul_ps(sum_qx, sum_qx), qq), _CMP_GT_OQ);
    const __m256 same = _mm256_castsi256_ps(_mm256_cmpeq_epi32(q, old));
    return (uint32_t)_mm256_movemask_ps(_mm256_andnot_ps(same, _mm256_and_ps(positive, better)));
}

/* One round over all elements: whenever one moves, the sums change, and those after it are asked again. */
LK_INLINE bool lk_iq_fit_move_all_avx2(lk_iq_fit *fit, const float *x, const float *weight) {
    bool moved = false;
    for (int i = 0; i < LK_IQ_FIT_LENGTH; i += 8) {
        uint32_t left = 0xff, movable;
        while ((movable = lk_iq_fit_movable(fit, i, x, weight) & left) != 0) {
            const int lane = __builtin_ctz(movable);
            moved |= lk_iq_fit_move(fit, i + lane, x, weight);
            left = 0xfeu << lane & 0xff;
        }
    }
    return moved;
}

LK_INLINE float lk_iq_fit_avx2(const float *x, const float *weight) {
    lk_iq_fit fit;
    lk_iq_fit_start(&fit, x, weight, lk_iq_fit_inverse_avx2(x, weight));
    for (int round = 0; round < LK_IQ_FIT_ROUNDS; round++)
        if (!lk_iq_fit_move_all_avx2(&fit, x, weight)) break;
    return fit.qq > 0 ? fit.qx / fit.qq : 0;
}

#endif
