/* Ends of rows and sums across a vector, for AVX-512. */
#ifndef LK_VECTOR_AVX512_H
#define LK_VECTOR_AVX512_H

#include <immintrin.h>
#include <stdint.h>

/* Lanes [0, n) set, for any n. */
static inline __mmask16 lk_lanes_avx512(int64_t n) {
    return n >= 16 ? 0xffff : n <= 0 ? 0 : (__mmask16)((1u << n) - 1);
}

/* The first n of 16 floats, the rest 0; n >= 16 takes all. */
static inline __m512 lk_load_avx512(const float *src, int64_t n) {
    return n >= 16 ? _mm512_loadu_ps(src) : _mm512_maskz_loadu_ps(lk_lanes_avx512(n), src);
}

static inline void lk_store_avx512(float *dst, __m512 value, int64_t n) {
    if (n >= 16)
        _mm512_storeu_ps(dst, value);
    else
        _mm512_mask_storeu_ps(dst, lk_lanes_avx512(n), value);
}

#endif
