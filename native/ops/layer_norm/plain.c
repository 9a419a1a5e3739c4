#include "ops/layer_norm/rows.h"
#include "ops/layer_norm/spread.h"

enum { LANES = 16 };

static float folded(const float *lanes) {
    float sum = 0;
    for (int lane = 0; lane < LANES; lane++) sum += lanes[lane];
    return sum;
}

/* Lane sums in the order that a vector unit keeps them in. */
static float sum_of(const float *x, int64_t n) {
    float lanes[LANES] = {0};
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) lanes[lane] += x[i + lane];
    }
    for (int64_t i = whole; i < n; i++) lanes[i - whole] += x[i];
    return folded(lanes);
}

static lk_spread spread_of(const float *x, int64_t n, float eps) {
    float sums[LANES] = {0}, squares[LANES] = {0};
    float mean = sum_of(x, n) / (float)n;
    int64_t whole = n / LANES * LANES;
    for (int64_t i = 0; i < whole; i += LANES) {
        for (int lane = 0; lane < LANES; lane++) {
            float apart = x[i + lane] - mean;
            sums[lane] += apart;
            squares[lane] += apart * apart;
        }
    }
    for (int64_t i = whole; i < n; i++) {
        float apart = x[i] - mean;
        sums[i - whole] += apart;
        squares[i - whole] += apart * apart;
    }
    return lk_spread_of(mean, folded(sums), folded(squares), n, eps);
}

static void norm(float *dst, const float *x, const float *weight, const float *bias, int64_t width,
                 float eps) {
    lk_spread spread = spread_of(x, width, eps);
    for (int64_t i = 0; i < width; i++) dst[i] = (x[i] - spread.mean - spread.rest) * spread.scale;
    if (weight) {
        for (int64_t i = 0; i < width; i++) dst[i] *= weight[i];
    }
    if (bias) {
        for (int64_t i = 0; i < width; i++) dst[i] += bias[i];
    }
}

void lk_layer_norm_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_layer_norm_rows(op, begin, end, norm);
}
