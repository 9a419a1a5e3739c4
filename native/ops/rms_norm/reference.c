#include "ops/ops.h"
#include <math.h>

static void norm(float *dst, const float *x, const float *weight, int64_t width, double eps) {
    double sum = 0;
    for (int64_t i = 0; i < width; i++) sum += (double)x[i] * x[i];
    double scale = 1 / sqrt(sum / (double)width + eps);
    for (int64_t i = 0; i < width; i++) dst[i] = (float)(x[i] * scale * (weight ? weight[i] : 1));
}

void lk_rms_norm_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
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
