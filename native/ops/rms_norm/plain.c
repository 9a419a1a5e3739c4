#include "ops/ops.h"
#include <math.h>

enum { LANES = 16 };

/* Lane sums in the order that a vector unit keeps them in. */
static float sum_of_squares(const float *x, int64_t n) {
    float lanes[LANES] = {0};
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += x[i + lane] * x[i + lane];
    }
    for (int64_t i = whole; i < n; i++) lanes[i - whole] += x[i] * x[i];
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    return sum;
}

static void norm(float *dst, const float *x, const float *weight, int64_t width, float eps) {
    float scale = 1 / sqrtf(sum_of_squares(x, width) / (float)width + eps);
    if (weight) {
        for (int64_t i = 0; i < width; i++) dst[i] = x[i] * scale * weight[i];
    } else {
        for (int64_t i = 0; i < width; i++) dst[i] = x[i] * scale;
    }
}

void lk_rms_norm_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    const float *weight = lk_present(&op->src[1]) ? lk_float_row(&op->src[1], 0) : NULL;
    int64_t width = op->params[1];
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        for (int64_t at = 0; at < op->dst.dims[0]; at += width) {
            norm(dst + at, x + at, weight, width, lk_param_float(op, 0));
        }
    }
}
