/* The vector of the shared loops (matmul_rows.h, dense_rows.h) for NEON as every arm64 has it: 4 floats. */
#ifndef LK_VECTOR_NEON_H
#define LK_VECTOR_NEON_H

#include "types/inline.h"
#include <arm_neon.h>

#define LK_VECTOR_LENGTH 4

typedef float32x4_t lk_vector;

LK_INLINE lk_vector lk_vector_zero(void) {
    return vdupq_n_f32(0);
}

LK_INLINE lk_vector lk_vector_load(const void *p) {
    return vreinterpretq_f32_u8(vld1q_u8(p));
}

LK_INLINE lk_vector lk_vector_add(lk_vector a, lk_vector b) {
    return vaddq_f32(a, b);
}

/* The same vector, which the compiler now keeps in a register: it would load it again for each use. */
LK_INLINE lk_vector lk_vector_keep(lk_vector v) {
    __asm__("" : "+w"(v));
    return v;
}

/* a b + c, rounded once. */
LK_INLINE lk_vector lk_vector_fma(lk_vector a, lk_vector b, lk_vector c) {
    return vfmaq_f32(c, a, b);
}

LK_INLINE float lk_vector_sum(lk_vector v) {
    return vaddvq_f32(v);
}

#endif
