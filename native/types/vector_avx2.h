/* The vector of the shared loops (matmul_rows.h, dense_rows.h) for AVX2: 8 floats. */
#ifndef LK_VECTOR_AVX2_H
#define LK_VECTOR_AVX2_H

#include "types/inline.h"
#include <immintrin.h>

#define LK_VECTOR_LENGTH 8

typedef __m256 lk_vector;

LK_INLINE lk_vector lk_vector_zero(void) {
    return _mm256_setzero_ps();
}

LK_INLINE lk_vector lk_vector_load(const void *p) {
    return _mm256_loadu_ps(p);
}

LK_INLINE lk_vector lk_vector_add(lk_vector a, lk_vector b) {
    return _mm256_add_ps(a, b);
}

/* The same vector, which the compiler now keeps in a register: it would load it again for each use. */
LK_INLINE lk_vector lk_vector_keep(lk_vector v) {
    __asm__("" : "+x"(v));
    return v;
}

/* a b + c, rounded once. */
LK_INLINE lk_vector lk_vector_fma(lk_vector a, lk_vector b, lk_vector c) {
    return _mm256_fmadd_ps(a, b, c);
}

LK_INLINE float lk_vector_sum(lk_vector v) {
    __m128 four = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    __m128 two = _mm_add_ps(four, _mm_movehl_ps(four, four));
    return _mm_cvtss_f32(_mm_add_ss(two, _mm_movehdup_ps(two)));
}

#endif
