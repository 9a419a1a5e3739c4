/* The bits of reference.c. Eight lanes are two registers. */
#include "ops/quantize/group.h"
#include <arm_neon.h>

static float largest_magnitude(const float *x) {
    int32x4_t largest = vdupq_n_s32(0);
    for (int i = 0; i < 8; i++) {
        int32x4_t bits = vreinterpretq_s32_f32(vld1q_f32(x + 4 * i));
        largest = vmaxq_s32(largest, vandq_s32(bits, vdupq_n_s32(INT32_MAX)));
    }
    int32_t bits = vmaxvq_s32(largest);
    float magnitude;
    memcpy(&magnitude, &bits, sizeof magnitude);
    return magnitude;
}

/* Rounded to nearest even, in [-127, 127]. */
static int32x4_t clamped(float32x4_t ratio) {
    return vcvtnq_s32_f32(vminq_f32(vdupq_n_f32(127), vmaxq_f32(vdupq_n_f32(-127), ratio)));
}

static void store(lk_block_a8 *block, int group, const int32x4_t q[8], float d) {
    block->d[group] = d;
    for (int half = 0; half < 2; half++) {
        const int32x4_t *of = q + 4 * half;
        int16x8_t low = vcombine_s16(vmovn_s32(of[0]), vmovn_s32(of[1]));
        int16x8_t high = vcombine_s16(vmovn_s32(of[2]), vmovn_s32(of[3]));
        int8x16_t packed = vcombine_s8(vmovn_s16(low), vmovn_s16(high));
        block->sum[2 * group + half] = vaddlvq_s8(packed);
        vst1q_s8(block->q + LK_QUANTIZE_GROUP * group + 16 * half, packed);
    }
}

static void quantize_nearest(lk_block_a8 *block, int group, const float *x, float d) {
    int32x4_t q[8];
    for (int i = 0; i < 8; i++) {
        q[i] = d > 0 ? clamped(vdivq_f32(vld1q_f32(x + 4 * i), vdupq_n_f32(d))) : vdupq_n_s32(0);
    }
    store(block, group, q, d);
}

void lk_quantize_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_quantize_rows(op, begin, end, quantize_group, lk_bf16_encode);
}
