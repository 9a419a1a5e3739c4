#include "types/steps_plain.h"
#include "types/mxfp4/encode.h"

LK_INLINE void steps32(uint8_t *q, const float *x, float scale) {
    for (int i = 0; i < 32; i++) {
        q[i] = 0;
        for (uint8_t v = 1; v < 16; v++)
            if (fabsf(lk_mxfp4_values[v] * scale - x[i]) < fabsf(lk_mxfp4_values[q[i]] * scale - x[i]))
                q[i] = v;
    }
}

void lk_mxfp4_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_mxfp4_encode_row(dst, src, n, steps32);
}
