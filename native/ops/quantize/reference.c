/* Every ISA gives the bits that this file gives: all roundings are those of single IEEE operations, and the
 * one sum of floats has the order of 8 lanes, folded in halves. */
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

static float folded(const float *lanes) {
    float four[4];
    for (int i = 0; i < 4; i++) four[i] = lanes[i] + lanes[i + 4];
    return (four[0] + four[2]) + (four[1] + four[3]);
}

/* With y = 127 x / max|x| and q fixed, the step that fits best is y.q / q.q, and what it leaves is y.y -
 * (y.q)^2 / q.q: the largest (y.q)^2 / q.q is the best. */
static void quantize_best(lk_block_a8 *block, int group, const float *x, float largest) {
    float scale = 127.0f / largest, best_score = -1, best_step = 0;
    int8_t best[LK_QUANTIZE_GROUP] = {0};
    for (int c = 0; c < LK_QUANTIZE_STEPS; c++) {
        int8_t q[LK_QUANTIZE_GROUP];
        float lanes[8] = {0};
        int32_t square = 0;
        for (int i = 0; i < LK_QUANTIZE_GROUP; i++) {
            float y = x[i] * scale;
            q[i] = clamped(y * lk_quantize_factors[c]);
            lanes[i % 8] += y * (float)q[i];
            square += q[i] * q[i];
        }
        float product = folded(lanes), step = product / (float)square, score = product * step;
        if (score <= best_score) continue;
        best_score = score;
        best_step = step;
        memcpy(best, q, sizeof best);
    }
    store(block, group, best, best_step * (largest / 127.0f));
}

void lk_quantize_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) quantize_row(op, row);
}
