/* steps_plain.h in AVX2. */
#ifndef LK_STEPS_H
#define LK_STEPS_H

#include "types/inline.h"
#include "types/rounding.h"
#include <immintrin.h>

LK_INLINE void lk_load32(__m256 *v, const float *x) {
    LK_UNROLL
    for (int j = 0; j < 4; j++) v[j] = _mm256_loadu_ps(x + 8 * j);
}

/* Bit i: element i of 32 equals the value. */
LK_INLINE uint32_t lk_equal32(const __m256 *v, float value) {
    uint32_t bits = 0;
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const __m256 equal = _mm256_cmp_ps(v[j], _mm256_set1_ps(value), _CMP_EQ_OQ);
        bits |= (uint32_t)_mm256_movemask_ps(equal) << 8 * j;
    }
    return bits;
}

LK_INLINE float lk_largest8(__m256 v) {
    __m128 half = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}

LK_INLINE float lk_largest32(const __m256 *v) {
    return lk_largest8(_mm256_max_ps(_mm256_max_ps(v[0], v[1]), _mm256_max_ps(v[2], v[3])));
}

LK_INLINE float lk_extreme32(const float *x) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    __m256 v[4], magnitudes[4];
    lk_load32(v, x);
    LK_UNROLL
    for (int j = 0; j < 4; j++) magnitudes[j] = _mm256_andnot_ps(sign, v[j]);
    const float largest = lk_largest32(magnitudes);
    const uint32_t positive = lk_equal32(v, largest), both = positive | lk_equal32(v, -largest);
    return positive & both & (0 - both) ? largest : -largest;
}

LK_INLINE void lk_range32(float *low, float *high, const float *x) {
    const __m256 sign = _mm256_set1_ps(-0.0f);
    __m256 v[4], negated[4];
    lk_load32(v, x);
    LK_UNROLL
    for (int j = 0; j < 4; j++) negated[j] = _mm256_xor_ps(sign, v[j]);
    *low = -lk_largest32(negated);
    *high = lk_largest32(v);
    if (*low != 0) return;
    const uint32_t zeros = lk_equal32(v, 0);
    for (int i = 0; i < 32; i++) {
        if ((zeros >> i & 1) == 0) continue;
        *low = x[i];
        if (*high == 0) *high = x[i];
        return;
    }
}

/* 32 integers, 8 in each vector, as bytes: what they hold above 8 bits is dropped. */
LK_INLINE void lk_store_steps32(void *dst, const __m256i *v) {
    const __m256i byte = _mm256_set1_epi32(0xff);
    const __m256i ab = _mm256_packs_epi32(_mm256_and_si256(v[0], byte), _mm256_and_si256(v[1], byte));
    const __m256i cd = _mm256_packs_epi32(_mm256_and_si256(v[2], byte), _mm256_and_si256(v[3], byte));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256(dst, _mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order));
}

LK_INLINE void lk_steps32(uint8_t *q, const float *x, float low, float inverse, float offset, const int top) {
    __m256 v[4];
    __m256i steps[4];
    lk_load32(v, x);
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const __m256 scaled =
            _mm256_mul_ps(_mm256_sub_ps(v[j], _mm256_set1_ps(low)), _mm256_set1_ps(inverse));
        steps[j] = _mm256_cvttps_epi32(_mm256_add_ps(scaled, _mm256_set1_ps(offset)));
        steps[j] = _mm256_min_epi32(steps[j], _mm256_set1_epi32(top));
    }
    lk_store_steps32(q, steps);
}

/* Adding what lies just below a half, away from zero, makes truncation a rounding. What no int32 holds
 * becomes -2^31, whose low byte is 0. */
LK_INLINE void lk_round32(int8_t *q, const float *x, float inverse) {
    const __m256 sign = _mm256_set1_ps(-0.0f), half = _mm256_set1_ps(0x1.fffffep-2f);
    __m256 v[4];
    __m256i steps[4];
    lk_load32(v, x);
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const __m256 scaled = _mm256_mul_ps(v[j], _mm256_set1_ps(inverse));
        const __m256 away = _mm256_or_ps(half, _mm256_and_ps(scaled, sign));
        steps[j] = _mm256_cvttps_epi32(_mm256_add_ps(scaled, away));
    }
    lk_store_steps32(q, steps);
}

#endif
