#include "ops/rms_norm/rows.h"
#include "ops/vector_neon.h"
#include <math.h>

static float sum_of_squares(const float *x, int64_t n) {
    float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        for (int part = 0; part < 4; part++) {
            float32x4_t v = vld1q_f32(x + i + 4 * part);
            sums[part] = vfmaq_f32(sums[part], v, v);
        }
    }
    for (; i < n; i += 4) {
        float32x4_t v = lk_load_neon(x + i, n - i);
        sums[0] = vfmaq_f32(sums[0], v, v);
    }
    return vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[1]), vaddq_f32(sums[2], sums[3])));
}

static void norm(float *dst, const float *x, const float *weight, int64_t width, float eps) {
    float scale = 1 / sqrtf(sum_of_squares(x, width) / (float)width + eps);
    for (int64_t i = 0; i < width; i += 4) {
        float32x4_t v = vmulq_n_f32(lk_load_neon(x + i, width - i), scale);
        if (weight) v = vmulq_f32(v, lk_load_neon(weight + i, width - i));
        lk_store_neon(dst + i, v, width - i);
    }
}

void lk_rms_norm_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_norm_rows(op, begin, end, norm);
}
