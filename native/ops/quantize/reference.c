/* Every ISA gives the bits that this file gives: all roundings are those of single IEEE operations. */
#include "ops/quantize/group.h"

static float largest_magnitude(const float *x) {
    int32_t largest = 0;
    for (int i = 0; i < LK_QUANTIZE_GROUP; i++) {
        int32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bits &= INT32_MAX;
        if (bits > largest) largest = bits;
    }
    float magnitude;
    memcpy(&magnitude, &largest, sizeof magnitude);
    return magnitude;
}

static int8_t clamped(float ratio) {
    return (int8_t)fminf(127.0f, fmaxf(-127.0f, nearbyintf(ratio)));
}

static void store(lk_block_a8 *block, int group, const int8_t *q, float d) {
    int sums[2] = {0, 0};
    for (int i = 0; i < LK_QUANTIZE_GROUP; i++) sums[i / 16] += q[i];
    block->d[group] = d;
    block->sum[2 * group] = (int16_t)sums[0];
    block->sum[2 * group + 1] = (int16_t)sums[1];
    memcpy(block->q + LK_QUANTIZE_GROUP * group, q, LK_QUANTIZE_GROUP);
}

static void quantize_nearest(lk_block_a8 *block, int group, const float *x, float d) {
    int8_t q[LK_QUANTIZE_GROUP];
    for (int i = 0; i < LK_QUANTIZE_GROUP; i++) q[i] = d > 0 ? clamped(x[i] / d) : 0;
    store(block, group, q, d);
}

void lk_quantize_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_quantize_rows(op, begin, end, quantize_group, lk_bf16_encode);
}
