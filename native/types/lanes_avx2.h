/* Eight floats side by side, of eight groups of weights, for fit_lanes.h: AVX2. lanes_neon.h offers the same
 * names. Each operation is one operation of IEEE 754 in each lane, rounded by itself. */
#ifndef LK_LANES_H
#define LK_LANES_H

#include "types/rounding_avx2.h"
#include <stdbool.h>
#include <stdint.h>

typedef __m256 lk_lanes;
typedef __m256 lk_mask; /* all bits of a lane, or none */

LK_INLINE lk_lanes lk_lanes_all(float value) {
    return _mm256_set1_ps(value);
}

LK_INLINE lk_lanes lk_lanes_load(const float *src) {
    return _mm256_loadu_ps(src);
}

LK_INLINE void lk_lanes_store(float *dst, lk_lanes v) {
    _mm256_storeu_ps(dst, v);
}

LK_INLINE lk_lanes lk_lanes_add(lk_lanes a, lk_lanes b) {
    return _mm256_add_ps(a, b);
}

LK_INLINE lk_lanes lk_lanes_sub(lk_lanes a, lk_lanes b) {
    return _mm256_sub_ps(a, b);
}

LK_INLINE lk_lanes lk_lanes_mul(lk_lanes a, lk_lanes b) {
    return _mm256_mul_ps(a, b);
}

LK_INLINE lk_lanes lk_lanes_div(lk_lanes a, lk_lanes b) {
    return _mm256_div_ps(a, b);
}

LK_INLINE lk_lanes lk_lanes_abs(lk_lanes v) {
    return _mm256_andnot_ps(_mm256_set1_ps(-0.0f), v);
}

/* a < b ? a : b, so b where one is NaN or both are zeros. */
LK_INLINE lk_lanes lk_lanes_min(lk_lanes a, lk_lanes b) {
    return _mm256_min_ps(a, b);
}

/* a > b ? a : b */
LK_INLINE lk_lanes lk_lanes_max(lk_lanes a, lk_lanes b) {
    return _mm256_max_ps(a, b);
}

/* lk_nearest within [low, high]. */
LK_INLINE lk_lanes lk_lanes_nearest(lk_lanes v, const int low, const int high) {
    const __m256i nearest = _mm256_max_epi32(lk_nearest_avx2(v), _mm256_set1_epi32(low));
    return _mm256_cvtepi32_ps(_mm256_min_epi32(nearest, _mm256_set1_epi32(high)));
}

/* The same for magnitudes below 2^22. */
LK_INLINE lk_lanes lk_lanes_nearest_small(lk_lanes v, const int low, const int high) {
    const __m256 nearest = _mm256_round_ps(v, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    return _mm256_min_ps(_mm256_max_ps(nearest, _mm256_set1_ps((float)low)), _mm256_set1_ps((float)high));
}

LK_INLINE lk_mask lk_lanes_less(lk_lanes a, lk_lanes b) {
    return _mm256_cmp_ps(a, b, _CMP_LT_OQ);
}

LK_INLINE lk_mask lk_lanes_equal(lk_lanes a, lk_lanes b) {
    return _mm256_cmp_ps(a, b, _CMP_EQ_OQ);
}

LK_INLINE lk_mask lk_mask_and(lk_mask a, lk_mask b) {
    return _mm256_and_ps(a, b);
}

LK_INLINE lk_mask lk_mask_and_not(lk_mask a, lk_mask b) {
    return _mm256_andnot_ps(b, a);
}

LK_INLINE bool lk_mask_any(lk_mask mask) {
    return _mm256_movemask_ps(mask) != 0;
}

LK_INLINE lk_lanes lk_lanes_select(lk_mask mask, lk_lanes yes, lk_lanes no) {
    return _mm256_blendv_ps(no, yes, mask);
}

/* dst[8 i + j] = src[stride j + i] for i, j < 8. */
LK_INLINE void lk_lanes_gather8(float *dst, const float *src, const int stride) {
    __m256 pair[8], quad[8];
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const float *low = src + stride * j, *high = src + stride * (j + 4);
        pair[j] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low)), _mm_loadu_ps(high), 1);
        pair[j + 4] =
            _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(low + 4)), _mm_loadu_ps(high + 4), 1);
    }
    LK_UNROLL
    for (int h = 0; h < 8; h += 4) {
        quad[h] = _mm256_unpacklo_ps(pair[h], pair[h + 1]);
        quad[h + 1] = _mm256_unpackhi_ps(pair[h], pair[h + 1]);
        quad[h + 2] = _mm256_unpacklo_ps(pair[h + 2], pair[h + 3]);
        quad[h + 3] = _mm256_unpackhi_ps(pair[h + 2], pair[h + 3]);
        _mm256_storeu_ps(dst + 8 * h, _mm256_shuffle_ps(quad[h], quad[h + 2], 0x44));
        _mm256_storeu_ps(dst + 8 * h + 8, _mm256_shuffle_ps(quad[h], quad[h + 2], 0xee));
        _mm256_storeu_ps(dst + 8 * h + 16, _mm256_shuffle_ps(quad[h + 1], quad[h + 3], 0x44));
        _mm256_storeu_ps(dst + 8 * h + 24, _mm256_shuffle_ps(quad[h + 1], quad[h + 3], 0xee));
    }
}

/* 32 integers in [0, 255], 8 in each vector, as bytes. */
LK_INLINE void lk_lanes_store_bytes(uint8_t *dst, const lk_lanes *v) {
    const __m256i ab = _mm256_packs_epi32(_mm256_cvtps_epi32(v[0]), _mm256_cvtps_epi32(v[1]));
    const __m256i cd = _mm256_packs_epi32(_mm256_cvtps_epi32(v[2]), _mm256_cvtps_epi32(v[3]));
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256((__m256i *)dst, _mm256_permutevar8x32_epi32(_mm256_packus_epi16(ab, cd), order));
}

#endif
