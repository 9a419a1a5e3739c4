#include "ops/layer_norm/rows.h"
#include "ops/layer_norm/spread.h"
#include "ops/vector_neon.h"

static float folded(const float32x4_t *sums) {
    return vaddvq_f32(vaddq_f32(vaddq_f32(sums[0], sums[1]), vaddq_f32(sums[2], sums[3])));
}

static float sum_of(const float *x, int64_t n) {
    float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        for (int part = 0; part < 4; part++) sums[part] = vaddq_f32(sums[part], vld1q_f32(x + i + 4 * part));
    }
    for (; i < n; i += 4) sums[0] = vaddq_f32(sums[0], lk_load_neon(x + i, n - i));
    return folded(sums);
}

static lk_spread spread_of(const float *x, int64_t n, float eps) {
    float32x4_t sums[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    float32x4_t squares[4] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    float first = sum_of(x, n) / (float)n;
    const float32x4_t mean = vdupq_n_f32(first);
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        for (int part = 0; part < 4; part++) {
            float32x4_t apart = vsubq_f32(vld1q_f32(x + i + 4 * part), mean);
            sums[part] = vaddq_f32(sums[part], apart);
            squares[part] = vfmaq_f32(squares[part], apart, apart);
        }
    }
    for (; i < n; i += 4) {
        float32x4_t apart = vsubq_f32(lk_load_neon(x + i, n - i), mean);
        apart = lk_lanes_neon(apart, n - i, vdupq_n_f32(0));
        sums[0] = vaddq_f32(sums[0], apart);
        squares[0] = vfmaq_f32(squares[0], apart, apart);
    }
    return lk_spread_of(first, folded(sums), folded(squares), n, eps);
}

static void norm(float *dst, const float *x, const float *weight, const float *bias, int64_t width,
                 float eps) {
    lk_spread spread = spread_of(x, width, eps);
    const float32x4_t mean = vdupq_n_f32(spread.mean), rest = vdupq_n_f32(spread.rest);
    for (int64_t i = 0; i < width; i += 4) {
        float32x4_t v = vsubq_f32(vsubq_f32(lk_load_neon(x + i, width - i), mean), rest);
        v = vmulq_n_f32(v, spread.scale);
        if (weight) v = vmulq_f32(v, lk_load_neon(weight + i, width - i));
        if (bias) v = vaddq_f32(v, lk_load_neon(bias + i, width - i));
        lk_store_neon(dst + i, v, width - i);
    }
}

void lk_layer_norm_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_layer_norm_rows(op, begin, end, norm);
}
