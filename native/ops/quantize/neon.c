/* The bits of reference.c. */
#include "ops/ops.h"
#include <arm_neon.h>
#include <math.h>
#include <string.h>

/* The largest magnitude as its bits. */
static int32_t largest_bits(const float32x4_t x[8]) {
    int32x4_t largest = vdupq_n_s32(0);
    for (int i = 0; i < 8; i++) {
        largest = vmaxq_s32(largest, vandq_s32(vreinterpretq_s32_f32(x[i]), vdupq_n_s32(INT32_MAX)));
    }
    return vmaxvq_s32(largest);
}

/* x / d, rounded to nearest even. */
static int8x16_t quantized(const float32x4_t x[4], float d) {
    if (!(d > 0)) return vdupq_n_s8(0);
    int16x4_t q[4];
    for (int i = 0; i < 4; i++) {
        float32x4_t ratio = vdivq_f32(x[i], vdupq_n_f32(d));
        ratio = vminq_f32(vdupq_n_f32(127), vmaxq_f32(vdupq_n_f32(-127), ratio));
        q[i] = vmovn_s32(vcvtnq_s32_f32(ratio));
    }
    return vcombine_s8(vmovn_s16(vcombine_s16(q[0], q[1])), vmovn_s16(vcombine_s16(q[2], q[3])));
}

static void quantize_group(lk_block_a8 *block, int group, const float *x) {
    float32x4_t v[8];
    for (int i = 0; i < 8; i++) v[i] = vld1q_f32(x + 4 * i);
    int32_t bits = largest_bits(v);
    float largest;
    memcpy(&largest, &bits, sizeof largest);
    float d = isfinite(largest) ? largest / 127.0f : NAN;
    block->d[group] = d;
    for (int half = 0; half < 2; half++) {
        int8x16_t q = quantized(v + 4 * half, d);
        block->sum[2 * group + half] = vaddlvq_s8(q);
        vst1q_s8(block->q + 32 * group + 16 * half, q);
    }
}

static void quantize_row(lk_block_a8 *blocks, const float *x, int64_t k) {
    int64_t at = 0;
    for (; at + 32 <= k; at += 32) quantize_group(&blocks[at / 256], (int)(at % 256 / 32), x + at);
    for (; at < (k + 255) / 256 * 256; at += 32) {
        float padded[32] = {0};
        if (at < k) memcpy(padded, x + at, (size_t)(k - at) * sizeof *x);
        quantize_group(&blocks[at / 256], (int)(at % 256 / 32), padded);
    }
}

void lk_quantize_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        quantize_row((lk_block_a8 *)(void *)lk_row(&op->dst, row), lk_float_row(&op->src[0], row),
                     op->dst.dims[0]);
    }
}
