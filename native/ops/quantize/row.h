/* Rows of QUANTIZE, the same for every ISA. */
#ifndef LK_QUANTIZE_ROW_H
#define LK_QUANTIZE_ROW_H

#include "ops/ops.h"
#include "types/encode.h"
#include "types/inline.h"
#include <math.h>
#include <string.h>

enum { LK_QUANTIZE_GROUP = 32, LK_QUANTIZE_STEPS = 128 };

/* Below this the reciprocal of a step could overflow, and no activation is so small but by underflow: it
 * counts as zero. */
static const float lk_quantize_least = 1e-30f;

/* The step of a group, from max|x| over the bits, where a NaN is above infinity and infinity above every
 * number: both make the products that they enter NaN. */
static inline float lk_quantize_step(float largest) {
    return !isfinite(largest) ? NAN : largest < lk_quantize_least ? 0.0f : largest / 127.0f;
}

/* Quantizes 32 elements to group `index` of a block, and what is then left to that of a second one unless it
 * is NULL: q = round to nearest even (x / d) in [-127, 127], 0 where d is not above 0; sums are set. Of
 * the second the step is a 128th, so that sums of both are joined as integers. */
typedef void (*lk_quantize_group_step)(lk_block_a8 *block, lk_block_a8 *rest, int index, const float *x);

/* A row of k elements, or a slice of it, of whole groups; what lies past k is zero. */
LK_INLINE void lk_quantize_row(const lk_op_state *op, int64_t row, lk_quantize_group_step group_step) {
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
        group_step(&blocks[at / 256], rests ? &rests[at / 256] : NULL, (int)(at % 256 / LK_QUANTIZE_GROUP),
                   group);
    }
}

/* The same of BF16, rounded to nearest even. */
static inline void lk_quantize_row_to_bf16(const lk_op_state *op, int64_t row, lk_encode_fn encode) {
    uint16_t *dst = (uint16_t *)(void *)lk_row(&op->dst, row);
    encode(dst + op->first_element, lk_float_row(&op->src[0], row), NULL, op->src[0].dims[0]);
}

LK_INLINE void lk_quantize_rows(const lk_op_state *op, int64_t begin, int64_t end,
                                lk_quantize_group_step group_step, lk_encode_fn encode) {
    for (int64_t row = begin; row < end; row++) {
        if (op->dst.type == LK_TYPE_BF16)
            lk_quantize_row_to_bf16(op, row, encode);
        else
            lk_quantize_row(op, row, group_step);
    }
}

#endif
