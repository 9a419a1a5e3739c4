/* Rows of QUANTIZE, the same for every ISA; an ISA's file has the three functions that see 32 elements at
 * once. */
#ifndef LK_QUANTIZE_GROUP_H
#define LK_QUANTIZE_GROUP_H

#include "ops/ops.h"
#include <math.h>
#include <string.h>

enum { LK_QUANTIZE_GROUP = 32 };

/* Below this the reciprocal of a step could overflow, and no activation is so small but by underflow: it
 * counts as zero. */
static const float lk_quantize_least = 1e-30f;

/* max|x| over the bits, where a NaN is above infinity and infinity above every number. */
static float largest_magnitude(const float *x);

/* q = round to nearest even (x / d) in [-127, 127], 0 where d is not above 0; d and sums are set. */
static void quantize_nearest(lk_block_a8 *block, int group, const float *x, float d);

static inline void quantize_group(lk_block_a8 *block, lk_block_a8 *rest_block, int group, const float *x) {
    float largest = largest_magnitude(x);
    /* A NaN or an infinity makes the products that it enters NaN. */
    float d = !isfinite(largest) ? NAN : largest < lk_quantize_least ? 0.0f : largest / 127.0f;
    quantize_nearest(block, group, x, d);
    if (!rest_block) return;
    float rest[LK_QUANTIZE_GROUP] = {0};
    const int8_t *q = block->q + LK_QUANTIZE_GROUP * group;
    for (int i = 0; i < LK_QUANTIZE_GROUP; i++) rest[i] = d > 0 ? x[i] - d * (float)q[i] : 0.0f;
    quantize_nearest(rest_block, group, rest, d / 254.0f);
}

/* A row of k elements, or a slice of it, of whole groups; what lies past k is zero. */
static inline void quantize_row(const lk_op_state *op, int64_t row) {
    const int64_t k = op->dst.dims[0], count = (k + 255) / 256, first = op->first_element;
    const float *x = lk_float_row(&op->src[0], row) - first;
    const int64_t last = first + op->src[0].dims[0], end = last == k ? 256 * count : last;
    lk_block_a8 *blocks = (lk_block_a8 *)(void *)lk_row(&op->dst, row);
    lk_block_a8 *rests = op->dst.type == LK_TYPE_A8X2 ? blocks + count : NULL;
    for (int64_t at = first; at < end; at += LK_QUANTIZE_GROUP) {
        float padded[LK_QUANTIZE_GROUP] = {0};
        const float *group = x + at;
        if (at + LK_QUANTIZE_GROUP > k) {
            if (at < k) memcpy(padded, x + at, (size_t)(k - at) * sizeof *x);
            group = padded;
        }
        quantize_group(&blocks[at / 256], rests ? &rests[at / 256] : NULL,
                       (int)(at % 256 / LK_QUANTIZE_GROUP), group);
    }
}

#endif
