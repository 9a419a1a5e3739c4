/* The order of iq_ternary.h for AVX2: an element's place is the number of those before it. */
#ifndef LK_IQ_TERNARY_AVX2_H
#define LK_IQ_TERNARY_AVX2_H

#include "types/iq_nearest_avx2.h"
#include "types/iq_ternary.h"

LK_INLINE void lk_iq1_sort_avx2(uint8_t *order, const float *x, const int n) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    for (int i = 0; i < n; i += 8) {
        const __m256 element = _mm256_loadu_ps(x + i);
        const __m256i number = _mm256_add_epi32(_mm256_set1_epi32(i), lanes);
        __m256i place = _mm256_setzero_si256();
        for (int j = 0; j < n; j++) {
            const __m256 other = _mm256_broadcast_ss(x + j);
            const __m256 later = _mm256_castsi256_ps(_mm256_cmpgt_epi32(number, _mm256_set1_epi32(j)));
            const __m256 before = _mm256_blendv_ps(_mm256_cmp_ps(other, element, _CMP_LT_OQ),
                                                   _mm256_cmp_ps(other, element, _CMP_LE_OQ), later);
            place = _mm256_sub_epi32(place, _mm256_castps_si256(before));
        }
        uint32_t places[8];
        _mm256_storeu_si256((__m256i *)places, place);
        for (int l = 0; l < 8; l++) order[places[l]] = (uint8_t)(i + l);
    }
}

#endif
