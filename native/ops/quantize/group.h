/* A group of QUANTIZE through memory, after an ISA's three functions that see 32 elements at once. */
#ifndef LK_QUANTIZE_GROUP_H
#define LK_QUANTIZE_GROUP_H

#include "ops/quantize/row.h"

/* max|x| over the bits. */
static float largest_magnitude(const float *x);

/* q, d and sums of a group. */
static void quantize_nearest(lk_block_a8 *block, int index, const float *x, float d);

static inline void quantize_group(lk_block_a8 *block, lk_block_a8 *rest_block, int index, const float *x) {
    const float d = lk_quantize_step(largest_magnitude(x));
    quantize_nearest(block, index, x, d);
    if (!rest_block) return;
    float rest[LK_QUANTIZE_GROUP] = {0};
    const int8_t *q = block->q + LK_QUANTIZE_GROUP * index;
    for (int i = 0; i < LK_QUANTIZE_GROUP; i++) rest[i] = d > 0 ? x[i] - d * (float)q[i] : 0.0f;
    quantize_nearest(rest_block, index, rest, d / LK_QUANTIZE_STEPS);
}

#endif
