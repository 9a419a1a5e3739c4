/* The encoder of IQ4_NL around an ISA's search. */
#ifndef LK_IQ4_NL_ENCODE_ROWS_H
#define LK_IQ4_NL_ENCODE_ROWS_H

#include "types/encode.h"
#include "types/iq4_search.h"

LK_INLINE void lk_iq4_nl_encode_rows(LK_ENCODE_PARAMETERS, const lk_iq4_kernels *kernels) {
    lk_block_iq4_nl *blocks = dst;
    for (int64_t b = 0; b < n / 32; b++) {
        const float *x = src + 32 * b;
        float weight[32];
        uint8_t q[32];
        const float variance = lk_sum_squares(x, 32) * (2.0f / 32);
        lk_error_weights(weight, x, importance != NULL ? importance + 32 * b : NULL, 32, variance, 0);
        const float d = lk_iq4_scale(x, weight, kernels);
        blocks[b].d = lk_f16_from_float(d);
        kernels->nearest(q, x, lk_iq4_inverse(d));
        lk_iq4_pack(blocks[b].qs, q);
    }
}

#endif
