/* Sums over rows in four vectors, so that additions do not wait for each other; over the primitives of the
 * simd_*.h that the ISA's file included before. */
#ifndef LK_SIMD_PARTS_H
#define LK_SIMD_PARTS_H

enum { LK_SIMD_PARTS = 4, LK_SIMD_RUN = LK_SIMD_PARTS * LK_SIMD_LANES };

typedef struct lk_simd_parts {
    lk_simd part[LK_SIMD_PARTS];
} lk_simd_parts;

LK_SIMD_INLINE lk_simd_parts lk_simd_no_parts(void) {
    const lk_simd none = lk_simd_all(0);
    return (lk_simd_parts){{none, none, none, none}};
}

LK_SIMD_INLINE float lk_simd_sum_of_parts(const lk_simd_parts *v) {
    return lk_simd_sum(lk_simd_add(lk_simd_add(v->part[0], v->part[1]), lk_simd_add(v->part[2], v->part[3])));
}

#endif
