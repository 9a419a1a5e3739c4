/* Ends of rows and sums across a vector, for AVX2. */
#ifndef LK_VECTOR_AVX2_H
#define LK_VECTOR_AVX2_H

#include <immintrin.h>
#include <stdint.h>

/* Lanes [0, n) set, n in [0, 8]. */
static inline __m256i lk_lanes_avx2(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int32_t)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}

/* The first n of 8 floats, the rest 0; n >= 8 takes all. */
static inline __m256 lk_load_avx2(const float *src, int64_t n) {
    return n >= 8 ? _mm256_loadu_ps(src) : _mm256_maskload_ps(src, lk_lanes_avx2(n));
}

static inline void lk_store_avx2(float *dst, __m256 value, int64_t n) {
    if (n >= 8)
        _mm256_storeu_ps(dst, value);
    else
        _mm256_maskstore_ps(dst, lk_lanes_avx2(n), value);
}

static inline float lk_sum_avx2(__m256 v) {
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}

static inline float lk_largest_avx2(__m256 v) {
    __m128 half = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_max_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}

#endif
