/* The encoders of IQ2 and IQ3: a group of weights becomes signs and a scale times magnitudes 1, 3, 5, ...,
 * which, 8 or 4 at a time, are points of a grid. Some scales are tried: each rounds the magnitudes, takes the
 * points or the best of those near, and is fitted to them again; the one that leaves the least weighted
 * squared error is kept. What is tried and how ties go is ggml's, so that the bytes are. */
#ifndef LK_IQ_MAGNITUDES_H
#define LK_IQ_MAGNITUDES_H

#include "types/encode.h"
#include "types/error_weights.h"
#include "types/inline.h"
#include "types/iq_near.h"
#include "types/rounding.h"
#include <string.h>

enum { LK_IQ_MOST_TRIALS = 32, LK_IQ_MOST_POINTS = 8 };

/* Which points are sought again with the scale that the best trial was fitted to. */
typedef enum lk_iq_again {
    LK_IQ_AGAIN_NEAR,        /* those that were only near */
    LK_IQ_AGAIN_ALL_IF_NEAR, /* all, where one was only near */
    LK_IQ_AGAIN_ALL
} lk_iq_again;

typedef struct lk_iq_format {
    lk_iq_grid grid;
    int bits;        /* a coordinate: 2, of 8 a point, or 3, of 4 */
    int group;       /* weights with a scale of their own: 16 or 32 */
    int trials;      /* scales that are tried around that which makes the largest magnitude the top one */
    float step;      /* by how much they differ, in magnitudes */
    float least;     /* a group is zero when nothing in it reaches this */
    float variance;  /* factor of the mean square in the weights of errors */
    float floor;     /* the same where there is no importance */
    bool even_signs; /* seven signs of eight are stored */
    bool fit_first;  /* the trials lie around the best scale without a grid instead */
    lk_iq_again again;
    float correction; /* of the block's d */
} lk_iq_format;

/* A block of 256, apart from how its type packs it. */
typedef struct lk_iq_block {
    uint16_t d;
    uint16_t points[64];
    uint8_t signs[32];  /* of 8 weights in turn */
    uint8_t scales[16]; /* 0 to 15, of groups in turn */
} lk_iq_block;

typedef struct lk_iq_group {
    float magnitude[32]; /* less than 0 for one whose sign was turned to make the number of minuses even */
    float weight[32];
    float root[32]; /* of weight: what errors of points near are weighed by */
    uint8_t signs[4];
} lk_iq_group;

typedef struct lk_iq_trials {
    float scale[LK_IQ_MOST_TRIALS], inverse[LK_IQ_MOST_TRIALS];
    /* Sums of weight q x and weight q^2 over the group, q the magnitudes of the points. */
    float qx[LK_IQ_MOST_TRIALS], qq[LK_IQ_MOST_TRIALS];
    uint16_t codes[LK_IQ_MOST_POINTS][LK_IQ_MOST_TRIALS];
    uint8_t near[LK_IQ_MOST_TRIALS]; /* bit p is set where rounding met no point */
} lk_iq_trials;

/* What an ISA brings. */
typedef struct lk_iq_kernels {
    /* From scale and inverse of trials to the rest. */
    void (*try_all)(lk_iq_trials *trials, const lk_iq_group *group, const lk_iq_format *format,
                    const lk_iq_near *near);
    lk_iq_nearest_fn nearest;
    /* lk_fit_positive. */
    float (*fit)(uint8_t *q, const float *x, const float *weight, int n, int top);
} lk_iq_kernels;

static const float lk_iq_odd[8] = {1, 3, 5, 7, 9, 11, 13, 15};

LK_INLINE int lk_iq_per_point(const lk_iq_format *format) {
    return lk_iq_coordinates(format->bits);
}

LK_INLINE float lk_iq_top(const lk_iq_format *format) {
    return format->bits == 2 ? 5 : 15;
}

LK_INLINE uint16_t lk_iq_round(const float *x, float inverse, const int bits) {
    const int most = bits == 2 ? 2 : 7;
    int code = 0;
    for (int i = 0; i < lk_iq_coordinates(bits); i++)
        code |= lk_clamp(lk_nearest(0.5f * (inverse * x[i] - 1)), 0, most) << bits * i;
    return (uint16_t)code;
}

/* The code of the point that stands for some magnitudes; where it is only near, bit p of *found_near is set.
 */
LK_INLINE uint16_t lk_iq_seek(const lk_iq_group *group, int p, float scale, float inverse,
                              uint8_t *found_near, const lk_iq_format *format, const lk_iq_near *near,
                              lk_iq_nearest_fn nearest) {
    const int first = p * lk_iq_per_point(format);
    const uint16_t code = lk_iq_round(group->magnitude + first, inverse, format->bits);
    const int32_t place = near->places[code];
    if (place >= 0) return code;
    int eights;
    const uint16_t *codes = lk_iq_near_codes(near, place, &eights);
    *found_near |= (uint8_t)(1 << p);
    return nearest(codes, eights, group->magnitude + first, group->root + first, scale, lk_iq_odd,
                   format->bits);
}

LK_INLINE void lk_iq_sums(float *qx, float *qq, const lk_iq_group *group, const uint16_t *codes,
                          const lk_iq_format *format) {
    const int per_point = lk_iq_per_point(format), mask = (1 << format->bits) - 1;
    *qx = *qq = 0;
    for (int i = 0; i < format->group; i++) {
        const float w = group->weight[i];
        const float q = lk_iq_odd[codes[i / per_point] >> i % per_point * format->bits & mask];
        *qx += w * group->magnitude[i] * q;
        *qq += w * q * q;
    }
}

/* Of 8 numbers; with even signs that of the number which counts least is turned where they are odd. */
static inline uint8_t lk_iq_take_signs(float *magnitude, const float *x, const float *weight, bool even) {
    int signs = 0, count = 0, least = 0;
    for (int i = 0; i < 8; i++) {
        const int negative = !(x[i] >= 0);
        magnitude[i] = negative ? -x[i] : x[i];
        signs |= negative << i;
        count += negative;
        if (weight[i] * x[i] * x[i] < weight[least] * x[least] * x[least]) least = i;
    }
    if (!even || count % 2 == 0) return (uint8_t)signs;
    magnitude[least] = -magnitude[least];
    return (uint8_t)(signs ^ 1 << least);
}

LK_INLINE void lk_iq_take_group(lk_iq_group *group, const float *x, const float *importance, float variance,
                                const lk_iq_format *format) {
    const float floor = format->floor * variance;
    lk_error_weights(group->weight, x, importance, format->group, format->variance * variance, floor);
    for (int i = 0; i < format->group; i++) group->root[i] = sqrtf(group->weight[i]);
    for (int i = 0; i < format->group; i += 8)
        group->signs[i / 8] =
            lk_iq_take_signs(group->magnitude + i, x + i, group->weight + i, format->even_signs);
}

LK_INLINE float lk_iq_largest(const lk_iq_group *group, const lk_iq_format *format) {
    float largest = group->magnitude[0];
    for (int i = 1; i < format->group; i++)
        largest = group->magnitude[i] > largest ? group->magnitude[i] : largest;
    return largest;
}

/* The fitted scale of the best trial, its codes and which were only near; scale where no trial is better than
 * nothing. */
LK_INLINE float lk_iq_best(uint16_t *codes, uint8_t *found_near, float scale, float center,
                           const lk_iq_group *group, const lk_iq_format *format, const lk_iq_near *near,
                           const lk_iq_kernels *kernels) {
    lk_iq_trials trials;
    for (int t = 0; t < format->trials; t++) {
        const float top = lk_iq_top(format) + (float)(t - format->trials / 2) * format->step;
        trials.inverse[t] = top / center;
        trials.scale[t] = 1 / trials.inverse[t];
    }
    kernels->try_all(&trials, group, format, near);
    const int points = format->group / lk_iq_per_point(format);
    float best = 0;
    for (int t = 0; t < format->trials; t++) {
        const float qx = trials.qx[t], qq = trials.qq[t];
        if (!(qq > 0 && qx * qx > best * qq)) continue;
        scale = qx / qq;
        best = scale * qx;
        *found_near = trials.near[t];
        for (int p = 0; p < points; p++) codes[p] = trials.codes[p][t];
    }
    return scale;
}

LK_INLINE float lk_iq_refine(uint16_t *codes, uint8_t found_near, float scale, const lk_iq_group *group,
                             const lk_iq_format *format, const lk_iq_near *near,
                             const lk_iq_kernels *kernels) {
    const int points = format->group / lk_iq_per_point(format);
    const bool all = format->again != LK_IQ_AGAIN_NEAR;
    uint8_t ignored = 0;
    float qx, qq;
    for (int p = 0; p < points; p++)
        if (all || (found_near >> p & 1) != 0)
            codes[p] = lk_iq_seek(group, p, scale, 1 / scale, &ignored, format, near, kernels->nearest);
    lk_iq_sums(&qx, &qq, group, codes, format);
    return qq > 0 ? qx / qq : scale;
}

static inline float lk_iq_no_group(lk_iq_group *group) {
    memset(group->signs, 0, sizeof group->signs);
    return 0;
}

/* The scale of a group, the codes of its points and, in group, its signs; all 0 where there is nothing to
 * scale. */
LK_INLINE float lk_iq_encode_group(uint16_t *codes, lk_iq_group *group, const lk_iq_format *format,
                                   const lk_iq_near *near, const lk_iq_kernels *kernels) {
    const float largest = lk_iq_largest(group, format), top = lk_iq_top(format);
    memset(codes, 0, LK_IQ_MOST_POINTS * sizeof *codes);
    if (largest < format->least) return lk_iq_no_group(group);
    float scale = largest / top, center = largest;
    if (format->fit_first) {
        uint8_t unused[32];
        scale = kernels->fit(unused, group->magnitude, group->weight, format->group, 4);
        center = scale * 3;
        if (center <= 0) return lk_iq_no_group(group);
    }
    uint8_t found_near = format->again == LK_IQ_AGAIN_NEAR ? 0 : 0xff;
    scale = lk_iq_best(codes, &found_near, scale, center, group, format, near, kernels);
    if ((found_near != 0 || format->again == LK_IQ_AGAIN_ALL) && scale > 0)
        scale = lk_iq_refine(codes, found_near, scale, group, format, near, kernels);
    if (scale < 0) /* what was turned outweighs the rest */
        for (int i = 0; i < format->group / 8; i++) group->signs[i] = (uint8_t)~group->signs[i];
    return fabsf(scale);
}

LK_INLINE void lk_iq_store_group(lk_iq_block *block, int g, const uint16_t *codes, const lk_iq_group *group,
                                 const lk_iq_format *format, const lk_iq_near *near) {
    const int points = format->group / lk_iq_per_point(format), eights = format->group / 8;
    for (int p = 0; p < points; p++) block->points[g * points + p] = (uint16_t)near->places[codes[p]];
    for (int i = 0; i < eights; i++) block->signs[g * eights + i] = group->signs[i];
}

/* 256 elements. */
LK_INLINE void lk_iq_encode_block(lk_iq_block *block, const float *x, const float *importance,
                                  const lk_iq_format *format, const lk_iq_near *near,
                                  const lk_iq_kernels *kernels) {
    const int groups = 256 / format->group;
    const float mean_square = lk_sum_squares(x, 256) / 256;
    float scales[16], largest = 0;
    memset(block, 0, sizeof *block);
    for (int g = 0; g < groups; g++) {
        const int first = g * format->group;
        lk_iq_group group;
        uint16_t codes[LK_IQ_MOST_POINTS];
        lk_iq_take_group(&group, x + first, importance != NULL ? importance + first : NULL, mean_square,
                         format);
        scales[g] = lk_iq_encode_group(codes, &group, format, near, kernels);
        lk_iq_store_group(block, g, codes, &group, format, near);
        largest = scales[g] > largest ? scales[g] : largest;
    }
    if (largest == 0) {
        memset(block, 0, sizeof *block);
        return;
    }
    const float d = largest / 31;
    block->d = lk_f16_from_float(d * format->correction);
    for (int g = 0; g < groups; g++)
        block->scales[g] = (uint8_t)lk_clamp(lk_nearest(0.5f * (1 / d * scales[g] - 1)), 0, 15);
}

typedef void (*lk_iq_pack_fn)(void *dst, const lk_iq_block *block);

LK_INLINE void lk_iq_encode_rows(LK_ENCODE_PARAMETERS, const lk_iq_format *format,
                                 const lk_iq_kernels *kernels, lk_iq_pack_fn pack, const int block_bytes) {
    const lk_iq_near *near = lk_iq_near_of(format->grid);
    for (int64_t b = 0; b < n / 256; b++) {
        lk_iq_block block;
        lk_iq_encode_block(&block, src + 256 * b, importance != NULL ? importance + 256 * b : NULL, format,
                           near, kernels);
        pack((uint8_t *)dst + b * block_bytes, &block);
    }
}

/* Pairs of scales, the first in the low nibble. */
static inline void lk_iq_pack_scales(uint8_t *dst, const uint8_t *scales, int count) {
    for (int i = 0; i < count; i += 2) dst[i / 2] = (uint8_t)(scales[i] | scales[i + 1] << 4);
}

/* Seven signs each of 4 times 8 weights, the scale above them. */
static inline uint32_t lk_iq_pack_signs(const uint8_t *signs, uint8_t scale) {
    uint32_t packed = (uint32_t)scale << 28;
    for (int i = 0; i < 4; i++) packed |= (uint32_t)(signs[i] & 127) << 7 * i;
    return packed;
}

#endif
