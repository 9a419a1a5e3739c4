#include "ops/layer_norm/rows.h"
#include <math.h>

static void norm(float *dst, const float *x, const float *weight, const float *bias, int64_t width,
                 float eps) {
    double sum = 0, squares = 0;
    for (int64_t i = 0; i < width; i++) sum += x[i];
    double mean = sum / (double)width;
    for (int64_t i = 0; i < width; i++) squares += (x[i] - mean) * (x[i] - mean);
    double scale = 1 / sqrt(squares / (double)width + eps);
    for (int64_t i = 0; i < width; i++) {
        dst[i] = (float)((x[i] - mean) * scale * (weight ? weight[i] : 1) + (bias ? bias[i] : 0));
    }
}

void lk_layer_norm_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_layer_norm_rows(op, begin, end, norm);
}
