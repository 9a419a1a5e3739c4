/* rounding.h for AVX2: the same integers. */
#ifndef LK_ROUNDING_AVX2_H
#define LK_ROUNDING_AVX2_H

#include "types/inline.h"
#include <immintrin.h>

/* lk_nearest. */
LK_INLINE __m256i lk_nearest_avx2(__m256 value) {
    const __m256i bits = _mm256_castps_si256(_mm256_add_ps(value, _mm256_set1_ps(0x1.8p23f)));
    return _mm256_sub_epi32(_mm256_and_si256(bits, _mm256_set1_epi32(0x7fffff)), _mm256_set1_epi32(0x400000));
}

#endif
