#include "ops/rms_norm/rows.h"
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
    lk_norm_rows(op, begin, end, norm);
}
