/* The search of iq4_search.h for AVX2. A lane is a trial, so that each trial sums in the order of the plain
 * loops; the nearest value is found by bisection, whose middles are looked up in registers. */
#ifndef LK_IQ4_AVX2_H
#define LK_IQ4_AVX2_H

#include "types/iq4_search.h"
#include <immintrin.h>

typedef struct lk_iq4_place {
    __m256i pair; /* index / 2 */
    __m256 upper; /* all bits set where the index is odd */
} lk_iq4_place;

LK_INLINE __m256 lk_iq4_reaches(__m256 value, __m256 middle) {
    return _mm256_cmp_ps(value, middle, _CMP_NLT_UQ);
}

/* 2 index + 1 where the mask is set, + 0 elsewhere. */
LK_INLINE __m256i lk_iq4_descend(__m256i index, __m256 mask) {
    return _mm256_sub_epi32(_mm256_add_epi32(index, index), _mm256_castps_si256(mask));
}

LK_INLINE lk_iq4_place lk_iq4_locate(__m256 value) {
    const float *m = lk_iq4_middles;
    const __m256 eighth = _mm256_setr_ps(m[3], m[11], m[3], m[11], m[3], m[11], m[3], m[11]);
    const __m256 quarter = _mm256_setr_ps(m[1], m[5], m[9], m[13], m[1], m[5], m[9], m[13]);
    const __m256 half = _mm256_setr_ps(m[0], m[2], m[4], m[6], m[8], m[10], m[12], m[14]);
    lk_iq4_place place;
    __m256i index = _mm256_srli_epi32(_mm256_castps_si256(lk_iq4_reaches(value, _mm256_set1_ps(m[7]))), 31);
    index = lk_iq4_descend(index, lk_iq4_reaches(value, _mm256_permutevar_ps(eighth, index)));
    index = lk_iq4_descend(index, lk_iq4_reaches(value, _mm256_permutevar_ps(quarter, index)));
    place.pair = index;
    place.upper = lk_iq4_reaches(value, _mm256_permutevar8x32_ps(half, index));
    return place;
}

LK_INLINE __m256 lk_iq4_value(lk_iq4_place place) {
    const int8_t *v = lk_iq4_values;
    const __m256 lower = _mm256_setr_ps(v[0], v[2], v[4], v[6], v[8], v[10], v[12], v[14]);
    const __m256 upper = _mm256_setr_ps(v[1], v[3], v[5], v[7], v[9], v[11], v[13], v[15]);
    return _mm256_blendv_ps(_mm256_permutevar8x32_ps(lower, place.pair),
                            _mm256_permutevar8x32_ps(upper, place.pair), place.upper);
}

LK_INLINE void lk_iq4_sums_avx2(float *qx, float *qq, const float *inverse, const float *x,
                                const float *weight) {
    __m256 sum_qx[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    __m256 sum_qq[2] = {_mm256_setzero_ps(), _mm256_setzero_ps()};
    for (int i = 0; i < 32; i++) {
        const __m256 element = _mm256_broadcast_ss(x + i), factor = _mm256_broadcast_ss(weight + i);
        LK_UNROLL
        for (int h = 0; h < 2; h++) {
            const __m256 scaled = _mm256_mul_ps(_mm256_loadu_ps(inverse + 8 * h), element);
            const __m256 q = lk_iq4_value(lk_iq4_locate(scaled)), wq = _mm256_mul_ps(factor, q);
            sum_qx[h] = _mm256_add_ps(sum_qx[h], _mm256_mul_ps(wq, element));
            sum_qq[h] = _mm256_add_ps(sum_qq[h], _mm256_mul_ps(wq, q));
        }
    }
    LK_UNROLL
    for (int h = 0; h < 2; h++) {
        _mm256_storeu_ps(qx + 8 * h, sum_qx[h]);
        _mm256_storeu_ps(qq + 8 * h, sum_qq[h]);
    }
}

LK_INLINE __m256i lk_iq4_indices(const float *x, __m256 inverse) {
    const lk_iq4_place place = lk_iq4_locate(_mm256_mul_ps(inverse, _mm256_loadu_ps(x)));
    return lk_iq4_descend(place.pair, place.upper);
}

LK_INLINE void lk_iq4_nearest_avx2(uint8_t *q, const float *x, float inverse) {
    const __m256 factor = _mm256_set1_ps(inverse);
    const __m256i low = _mm256_packs_epi32(lk_iq4_indices(x, factor), lk_iq4_indices(x + 8, factor));
    const __m256i high = _mm256_packs_epi32(lk_iq4_indices(x + 16, factor), lk_iq4_indices(x + 24, factor));
    /* Packing works within halves: fours of elements 0 8 16 24, 4 12 20 28 come in this order. */
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256i bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
    _mm256_storeu_si256((__m256i *)q, bytes);
}

static const lk_iq4_kernels lk_iq4_avx2 = {lk_iq4_sums_avx2, lk_iq4_nearest_avx2};

#endif
