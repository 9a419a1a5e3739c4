/* Rows of ROPE in float: a rotated element is a sum of two products, so that every ISA, whose compiler makes
 * vectors of this, gives the same bits. */
#ifndef LK_ROPE_ROWS_H
#define LK_ROPE_ROWS_H

#include "ops/ops.h"
#include "types/inline.h"
#include <string.h>

static void rotate_neighbours(float *dst, const float *x, const float *cosines, const float *sines,
                              int64_t pairs) {
    LK_INDEPENDENT
    for (int64_t i = 0; i < pairs; i++) {
        float even = x[2 * i], odd = x[2 * i + 1];
        dst[2 * i] = even * cosines[i] - odd * sines[i];
        dst[2 * i + 1] = even * sines[i] + odd * cosines[i];
    }
}

static void rotate_halves(float *dst, const float *x, const float *cosines, const float *sines,
                          int64_t pairs) {
    LK_INDEPENDENT
    for (int64_t i = 0; i < pairs; i++) {
        float low = x[i], high = x[pairs + i];
        dst[i] = low * cosines[i] - high * sines[i];
        dst[pairs + i] = low * sines[i] + high * cosines[i];
    }
}

static inline void lk_rope_rows(const lk_op_state *op, int64_t begin, int64_t end) {
    int64_t head_dim = op->params[0], rotated = op->src[1].dims[0], pairs = rotated / 2;
    for (int64_t row = begin; row < end; row++) {
        const float *cosines = lk_float_row(&op->src[1], row), *sines = cosines + pairs;
        for (int64_t at = 0; at < op->dst.dims[0]; at += head_dim) {
            float *dst = lk_float_row(&op->dst, row) + at;
            const float *x = lk_float_row(&op->src[0], row) + at;
            if (op->params[1] == LK_ROPE_MODE_NORM)
                rotate_neighbours(dst, x, cosines, sines, pairs);
            else
                rotate_halves(dst, x, cosines, sines, pairs);
            if (dst != x) memcpy(dst + rotated, x + rotated, (size_t)(head_dim - rotated) * sizeof *dst);
        }
    }
}

#endif
