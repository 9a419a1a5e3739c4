/* The vector primitives of an op that has one body for all ISAs: here 8 lanes in plain C. simd_avx2.h,
 * simd_avx512.h and simd_neon.h offer the same names, so an ISA's file includes one of them and then the
 * body. */
#ifndef LK_SIMD_H
#define LK_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* Blocks are inlined with constant sizes, so that their sums live in registers. */
#define LK_SIMD_INLINE __attribute__((always_inline)) static inline

enum { LK_SIMD_LANES = 8 };

typedef struct lk_simd {
    float lane[LK_SIMD_LANES];
} lk_simd;

static inline lk_simd lk_simd_all(float value) {
    lk_simd v;
    for (int i = 0; i < LK_SIMD_LANES; i++) v.lane[i] = value;
    return v;
}

/* The first n of the lanes, the rest 0; n >= LK_SIMD_LANES takes all. */
static inline lk_simd lk_simd_load(const float *src, int64_t n) {
    lk_simd v = {{0}};
    if (n >= LK_SIMD_LANES) {
        for (int i = 0; i < LK_SIMD_LANES; i++) v.lane[i] = src[i];
    } else {
        for (int i = 0; i < n; i++) v.lane[i] = src[i];
    }
    return v;
}

static inline void lk_simd_store(float *dst, lk_simd v, int64_t n) {
    if (n >= LK_SIMD_LANES) {
        for (int i = 0; i < LK_SIMD_LANES; i++) dst[i] = v.lane[i];
    } else {
        for (int i = 0; i < n; i++) dst[i] = v.lane[i];
    }
}

/* 0, 1, 2, ... */
static inline lk_simd lk_simd_lanes(void) {
    lk_simd v;
    for (int i = 0; i < LK_SIMD_LANES; i++) v.lane[i] = (float)i;
    return v;
}

/* Lanes [begin, end) of v, for any begin and end; the others of other. */
static inline lk_simd lk_simd_within(lk_simd v, int64_t begin, int64_t end, lk_simd other) {
    for (int i = 0; i < LK_SIMD_LANES; i++)
        if (i < begin || i >= end) v.lane[i] = other.lane[i];
    return v;
}

static inline lk_simd lk_simd_add(lk_simd a, lk_simd b) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] += b.lane[i];
    return a;
}

static inline lk_simd lk_simd_mul(lk_simd a, lk_simd b) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] *= b.lane[i];
    return a;
}

static inline lk_simd lk_simd_div(lk_simd a, lk_simd b) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] /= b.lane[i];
    return a;
}

/* NaN in b stays. */
static inline lk_simd lk_simd_max(lk_simd a, lk_simd b) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] = a.lane[i] > b.lane[i] ? a.lane[i] : b.lane[i];
    return a;
}

static inline lk_simd lk_simd_abs(lk_simd a) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] = fabsf(a.lane[i]);
    return a;
}

/* a b + c */
static inline lk_simd lk_simd_fma(lk_simd a, lk_simd b, lk_simd c) {
    for (int i = 0; i < LK_SIMD_LANES; i++) c.lane[i] += a.lane[i] * b.lane[i];
    return c;
}

static inline lk_simd lk_simd_exp(lk_simd a) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] = expf(a.lane[i]);
    return a;
}

static inline lk_simd lk_simd_softplus(lk_simd a) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] = fmaxf(a.lane[i], 0) + log1pf(expf(-fabsf(a.lane[i])));
    return a;
}

static inline lk_simd lk_simd_tanh(lk_simd a) {
    for (int i = 0; i < LK_SIMD_LANES; i++) a.lane[i] = tanhf(a.lane[i]);
    return a;
}

static inline float lk_simd_sum(lk_simd a) {
    const float *v = a.lane;
    return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
}

static inline float lk_simd_largest(lk_simd a) {
    float largest = a.lane[0];
    for (int i = 1; i < LK_SIMD_LANES; i++) largest = a.lane[i] > largest ? a.lane[i] : largest;
    return largest;
}

/* The sums of 4 vectors. */
static inline void lk_simd_sums(float *dst, const lk_simd *v) {
    for (int i = 0; i < 4; i++) dst[i] = lk_simd_sum(v[i]);
}

/* 4 columns of LK_SIMD_LANES rows of words of 4 bytes: lane r of column c is word c of row r. Rows lie stride
 * bytes apart. */
static inline void lk_simd_columns4(lk_simd *columns, const void *src, int64_t stride) {
    for (int c = 0; c < 4; c++)
        for (int r = 0; r < LK_SIMD_LANES; r++)
            memcpy(&columns[c].lane[r], (const uint8_t *)src + r * stride + 4 * c, sizeof(float));
}

#endif
