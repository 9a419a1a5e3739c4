/* The encoder of IQ4_XS around an ISA's search. */
#ifndef LK_IQ4_XS_ENCODE_ROWS_H
#define LK_IQ4_XS_ENCODE_ROWS_H

#include "types/encode.h"
#include "types/iq4_search.h"
#include "types/iq4_xs/block.h"

/* The scales of 8 times 32 elements; returns the one that is largest in magnitude, the first of equal ones.
 */
LK_INLINE float lk_iq4_xs_scales(float *scales, const float *x, const float *importance,
                                 const lk_iq4_kernels *kernels) {
    const float variance = lk_sum_squares(x, 256) * (2.0f / 256);
    float largest = 0;
    for (int j = 0; j < 8; j++) {
        float weight[32];
        lk_error_weights(weight, x + 32 * j, importance != NULL ? importance + 32 * j : NULL, 32, variance,
                         0);
        scales[j] = lk_iq4_scale(x + 32 * j, weight, kernels);
        if (fabsf(scales[j]) > fabsf(largest)) largest = scales[j];
    }
    return largest;
}

LK_INLINE void lk_iq4_xs_encode_block(lk_block_iq4_xs *block, const float *x, const float *importance,
                                      const lk_iq4_kernels *kernels) {
    float scales[8];
    const float d = -lk_iq4_xs_scales(scales, x, importance, kernels) / 32, inverse = lk_iq4_inverse(d);
    *block = (lk_block_iq4_xs){.d = lk_f16_from_float(d)};
    for (int j = 0; j < 8; j++) {
        uint8_t q[32];
        const int scale = lk_clamp(lk_nearest(inverse * scales[j]), -32, 31);
        kernels->nearest(q, x + 32 * j, lk_iq4_inverse(d * (float)scale));
        lk_iq4_pack(block->qs + 16 * j, q);
        block->scales_l[j / 2] |= (uint8_t)(((scale + 32) & 15) << j % 2 * 4);
        block->scales_h |= (uint16_t)((scale + 32) >> 4 << j * 2);
    }
}

LK_INLINE void lk_iq4_xs_encode_rows(LK_ENCODE_PARAMETERS, const lk_iq4_kernels *kernels) {
    lk_block_iq4_xs *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++)
        lk_iq4_xs_encode_block(blocks + b, src + 256 * b, importance != NULL ? importance + 256 * b : NULL,
                               kernels);
}

#endif
