#include "ops/expert_sum/rows.h"
#include "ops/vector_neon.h"

enum { PARTS = 4 };

/* 16 columns at a time stay in registers while the rows pass. */
static void sum_16(float *dst, const lk_expert_rows *rows, int64_t i) {
    float32x4_t sums[PARTS] = {vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0), vdupq_n_f32(0)};
    for (int64_t j = 0; j < rows->k; j++) {
        const float *x = rows->x + j * rows->stride + i;
        const float32x4_t weight = vdupq_n_f32(lk_expert_weight(rows, j));
        for (int part = 0; part < PARTS; part++)
            sums[part] = vfmaq_f32(sums[part], weight, vld1q_f32(x + 4 * part));
    }
    for (int part = 0; part < PARTS; part++) vst1q_f32(dst + i + 4 * part, sums[part]);
}

static void sum(float *dst, const lk_expert_rows *rows, int64_t n) {
    int64_t i = 0;
    for (; i + 4 * PARTS <= n; i += 4 * PARTS) sum_16(dst, rows, i);
    for (; i < n; i += 4) {
        float32x4_t total = vdupq_n_f32(0);
        for (int64_t j = 0; j < rows->k; j++)
            total = vfmaq_f32(total, vdupq_n_f32(lk_expert_weight(rows, j)),
                              lk_load_neon(rows->x + j * rows->stride + i, n - i));
        lk_store_neon(dst + i, total, n - i);
    }
}

void lk_expert_sum_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_expert_sum_rows(op, begin, end, sum);
}
