#include "ops/ops.h"
#include "ops/vector_exp_neon.h"
#include "ops/vector_neon.h"
#include <math.h>

/* maxnm ignores NaN where it can; the exponentials bring it back. */
static float largest_of(const float *x, int64_t n, float scale) {
    const float32x4_t least = vdupq_n_f32(-INFINITY);
    float32x4_t largest = least;
    for (int64_t i = 0; i < n; i += 4) {
        float32x4_t v = vmulq_n_f32(lk_load_neon(x + i, n - i), scale);
        largest = vmaxnmq_f32(largest, lk_lanes_neon(v, n - i, least));
    }
    return vmaxnmvq_f32(largest);
}

/* Writes exp(x scale - largest) and returns its sum; runs of 512 are added up in double, a vocabulary is
 * long. */
static double exponentials(float *dst, const float *x, int64_t n, float scale, float largest) {
    double total = 0;
    float32x4_t sum = vdupq_n_f32(0);
    for (int64_t i = 0; i < n; i += 4) {
        float32x4_t v = vfmaq_n_f32(vdupq_n_f32(-largest), lk_load_neon(x + i, n - i), scale);
        v = lk_exp_neon(v);
        lk_store_neon(dst + i, v, n - i);
        sum = vaddq_f32(sum, lk_lanes_neon(v, n - i, vdupq_n_f32(0)));
        if (i % 512 != 508) continue;
        total += vaddvq_f32(sum);
        sum = vdupq_n_f32(0);
    }
    return total + vaddvq_f32(sum);
}

void lk_soft_max_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    int64_t n = op->dst.dims[0];
    float scale = lk_param_float(op, 0);
    for (int64_t row = begin; row < end; row++) {
        float *dst = lk_float_row(&op->dst, row);
        const float *x = lk_float_row(&op->src[0], row);
        float32x4_t sum = vdupq_n_f32((float)exponentials(dst, x, n, scale, largest_of(x, n, scale)));
        for (int64_t i = 0; i < n; i += 4) {
            lk_store_neon(dst + i, vdivq_f32(lk_load_neon(dst + i, n - i), sum), n - i);
        }
    }
}
