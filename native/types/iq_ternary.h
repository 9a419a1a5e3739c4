/* The encoders of IQ1_S and IQ1_M: a group of weights becomes a scale times -1, 0, 1, each 8 of them a point
 * of a grid and shifted together by 1/8 up or down. Without a grid the best split is found exactly: weights
 * in ascending order are cut in two places, and every pair of cuts is tried with every choice of shifts. Then
 * each 8 take their point or the best of those near. What is tried and how ties go is ggml's, so that the
 * bytes are. */
#ifndef LK_IQ_TERNARY_H
#define LK_IQ_TERNARY_H

#include "types/encode.h"
#include "types/error_weights.h"
#include "types/iq_near.h"
#include "types/rounding.h"
#include <float.h>
#include <string.h>

/* Shift up, shift down: what -1, 0, 1 are then; the fourth fills the vector. */
static const float lk_iq1_levels[2][8] = {{-0.875f, 0.125f, 1.125f}, {-1.125f, -0.125f, 0.875f}};

/* Ordered elements before low are -1, those from high on 1. */
typedef struct lk_iq1_split {
    float scale, score;
    int low, high;
    int shifts; /* IQ1_S: 0 up, 1 down; IQ1_M: bit 1 of the first 8, bit 0 of the second */
} lk_iq1_split;

/* What a type and an ISA bring. */
typedef struct lk_iq1_kernels {
    int group;   /* weights with a scale of their own */
    float least; /* a group is zero when nothing in it reaches this */
    /* The numbers of a group's elements, ascending, equal ones in their order. */
    void (*sort)(uint8_t *order, const float *x, int n);
    /* Puts every split to lk_iq1_consider, by low, then high, then shifts. */
    void (*split)(lk_iq1_split *best, const float *x, const float *weight, const uint8_t *order);
    lk_iq_nearest_fn nearest;
} lk_iq1_kernels;

/* A block of 256, apart from how its type packs it. */
typedef struct lk_iq1_block {
    float weight[256];
    float scales[16];
    float largest; /* of the scales; 0: all is zero */
    uint16_t codes[32];
    uint8_t shifts[16];
} lk_iq1_block;

/* qx, qq: sums of weight q x and weight q^2. */
LK_INLINE void lk_iq1_consider(lk_iq1_split *best, float qx, float qq, int low, int high, int shifts) {
    if (!(qq > 0 && qx * qx > best->score * qq)) return;
    const float scale = qx / qq;
    *best = (lk_iq1_split){scale, scale * qx, low, high, shifts};
}

/* Which of lk_iq1_levels weights 8 p to 8 p + 7 of a group have. */
LK_INLINE int lk_iq1_shift(int shifts, int p, const int group) {
    return group == 32 ? shifts : shifts >> (1 - p) & 1;
}

/* A scale less than 0 turns all signs, the shifts' too. */
static inline void lk_iq1_turn(lk_iq1_split *split, uint8_t *levels, int group) {
    if (!(split->scale < 0)) return;
    for (int i = 0; i < group; i++) levels[i] = 2 - levels[i];
    split->scale = -split->scale;
    split->shifts = (group == 32 ? 1 : 3) - split->shifts;
}

LK_INLINE void lk_iq1_take_levels(uint8_t *levels, lk_iq1_split *split, const uint8_t *order,
                                  const int group) {
    for (int j = 0; j < group; j++) levels[order[j]] = (uint8_t)((j >= split->low) + (j >= split->high));
    lk_iq1_turn(split, levels, group);
}

/* The scale fitted to the points of a group; the old one where the fit is not positive. */
LK_INLINE float lk_iq1_fit(const uint16_t *codes, const lk_iq1_split *split, const float *x,
                           const float *weight, const int group) {
    float qx = 0, qq = 0;
    for (int i = 0; i < group; i++) {
        const float *levels = lk_iq1_levels[lk_iq1_shift(split->shifts, i / 8, group)];
        const float q = levels[codes[i / 8] >> i % 8 * 2 & 3];
        qx += weight[i] * q * x[i];
        qq += weight[i] * q * q;
    }
    return qx > 0 && qq > 0 ? qx / qq : split->scale;
}

/* Puts a group on the grid: its codes, and its scale fitted again where a point is only near. */
LK_INLINE float lk_iq1_settle(uint16_t *codes, const lk_iq1_split *split, const uint8_t *levels,
                              const float *x, const float *weight, const lk_iq_near *near,
                              const lk_iq1_kernels *kernels) {
    bool all = true;
    for (int p = 0; p < kernels->group / 8; p++) {
        int code = 0;
        for (int i = 0; i < 8; i++) code |= levels[8 * p + i] << 2 * i;
        codes[p] = (uint16_t)code;
        const int32_t place = near->places[code];
        if (place >= 0) continue;
        int eights;
        const uint16_t *list = lk_iq_near_codes(near, place, &eights);
        codes[p] = kernels->nearest(list, eights, x + 8 * p, weight + 8 * p, split->scale,
                                    lk_iq1_levels[lk_iq1_shift(split->shifts, p, kernels->group)], 2);
        all = false;
    }
    return all ? split->scale : lk_iq1_fit(codes, split, x, weight, kernels->group);
}

static inline float lk_iq1_largest(const float *x, int n) {
    float largest = 0;
    for (int i = 0; i < n; i++) largest = fabsf(x[i]) > largest ? fabsf(x[i]) : largest;
    return largest;
}

LK_INLINE float lk_iq1_encode_group(uint16_t *codes, uint8_t *shifts, const float *x, const float *weight,
                                    const lk_iq_near *near, const lk_iq1_kernels *kernels) {
    if (lk_iq1_largest(x, kernels->group) < kernels->least) return 0;
    lk_iq1_split split = {.score = -FLT_MAX, .low = -1};
    uint8_t order[32], levels[32];
    kernels->sort(order, x, kernels->group);
    kernels->split(&split, x, weight, order);
    if (split.low < 0) return 0;
    lk_iq1_take_levels(levels, &split, order, kernels->group);
    *shifts = (uint8_t)split.shifts;
    return lk_iq1_settle(codes, &split, levels, x, weight, near, kernels);
}

/* Codes, shifts and scales of 256 elements; a group of zeros has zeros. */
LK_INLINE void lk_iq1_encode_block(lk_iq1_block *block, const float *x, const float *importance,
                                   const lk_iq_near *near, const lk_iq1_kernels *kernels) {
    const int group = kernels->group;
    memset(block, 0, sizeof *block);
    lk_error_weights(block->weight, x, importance, 256, 2 * lk_sum_squares(x, 256) / 256, 0);
    for (int g = 0; g < 256 / group; g++) {
        block->scales[g] = lk_iq1_encode_group(block->codes + g * group / 8, block->shifts + g, x + g * group,
                                               block->weight + g * group, near, kernels);
        if (block->scales[g] > block->largest) block->largest = block->scales[g];
    }
}

/* The 3 bits of a scale where the largest is 15 d. */
static inline int lk_iq1_scale_bits(float scale, float d) {
    return lk_clamp(lk_nearest(0.5f * (1 / d * scale - 1)), 0, 7);
}

typedef void (*lk_iq1_pack_fn)(void *dst, const lk_iq1_block *block, const float *x, const lk_iq_near *near);

LK_INLINE void lk_iq1_encode_rows(LK_ENCODE_PARAMETERS, const lk_iq1_kernels *kernels, lk_iq1_pack_fn pack,
                                  const int block_bytes) {
    const lk_iq_near *near = lk_iq_near_of(LK_IQ_GRID_1);
    for (int64_t b = 0; b < n / 256; b++) {
        lk_iq1_block block;
        lk_iq1_encode_block(&block, src + 256 * b, importance != NULL ? importance + 256 * b : NULL, near,
                            kernels);
        memset((uint8_t *)dst + b * block_bytes, 0, (size_t)block_bytes);
        if (block.largest > 0) pack((uint8_t *)dst + b * block_bytes, &block, src + 256 * b, near);
    }
}

#endif
