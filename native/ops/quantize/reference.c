/* Every ISA gives the bits that this file gives: the division and the rounding are exact IEEE operations, and
 * the largest magnitude is taken over the bits, where a NaN is above infinity and infinity above every
 * number. 32 elements with a NaN or an infinity among them become d = NaN, q = 0, so that the products they
 * enter are NaN. */
#include "ops/ops.h"
#include <math.h>
#include <string.h>

static float largest_magnitude(const float *x, int n) {
    int32_t largest = 0;
    for (int i = 0; i < n; i++) {
        int32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        bits &= INT32_MAX;
        if (bits > largest) largest = bits;
    }
    float magnitude;
    memcpy(&magnitude, &largest, sizeof magnitude);
    return magnitude;
}

/* A subnormal d is so coarse that x / d exceeds 127; d of 0 leaves nothing to divide by. */
static int8_t quantized(float x, float d) {
    if (!(d > 0)) return 0;
    return (int8_t)fminf(127.0f, fmaxf(-127.0f, nearbyintf(x / d)));
}

/* n in [0, 32] elements and the zeros after them; they are the group-th of their block. */
static void quantize_group(lk_block_a8 *block, int group, const float *x, int n) {
    float largest = largest_magnitude(x, n);
    float d = isfinite(largest) ? largest / 127.0f : NAN;
    int sums[2] = {0, 0};
    block->d[group] = d;
    for (int i = 0; i < 32; i++) {
        int8_t q = i < n ? quantized(x[i], d) : 0;
        block->q[32 * group + i] = q;
        sums[i / 16] += q;
    }
    block->sum[2 * group] = (int16_t)sums[0];
    block->sum[2 * group + 1] = (int16_t)sums[1];
}

void lk_quantize_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    int64_t k = op->dst.dims[0];
    for (int64_t row = begin; row < end; row++) {
        const float *x = lk_float_row(&op->src[0], row);
        lk_block_a8 *blocks = (lk_block_a8 *)(void *)lk_row(&op->dst, row);
        for (int64_t at = 0; at < (k + 255) / 256 * 256; at += 32) {
            int64_t left = at < k ? k - at : 0;
            quantize_group(&blocks[at / 256], (int)(at % 256 / 32), left ? x + at : x,
                           (int)(left < 32 ? left : 32));
        }
    }
}
