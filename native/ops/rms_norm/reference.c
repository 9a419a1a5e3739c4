#include "ops/rms_norm/rows.h"
#include <math.h>

static void norm(float *dst, const float *x, const float *weight, int64_t width, float eps) {
    double sum = 0;
    for (int64_t i = 0; i < width; i++) sum += (double)x[i] * x[i];
    double scale = 1 / sqrt(sum / (double)width + eps);
    for (int64_t i = 0; i < width; i++) dst[i] = (float)(x[i] * scale * (weight ? weight[i] : 1));
}

void lk_rms_norm_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_norm_rows(op, begin, end, norm);
}
