/* TQ1_0's encoder, after an ISA's steps header. */
#ifndef LK_TQ1_0_ENCODE_H
#define LK_TQ1_0_ENCODE_H

#include "types/encode.h"
#include "types/ternary.h"
#include "types/tq1_0/block.h"

/* Bytes of five digits each: digit i of byte m is q[width i + m], those from number `digits` on are 0. Digits
 * are a fraction in base 3, rounded up to 256ths. */
LK_INLINE void lk_tq1_0_pack(uint8_t *restrict packed, const uint8_t *restrict q, const int width,
                             const int digits) {
    for (int m = 0; m < width; m++) {
        unsigned value = 0;
        for (int i = 0; i < 5; i++) value = 3 * value + (i < digits ? q[width * i + m] : 0);
        packed[m] = (uint8_t)((value * 256 + 242) / 243);
    }
}

LK_INLINE void lk_tq1_0_encode_row(void *dst, const float *src, int64_t n) {
    lk_block_tq1_0 *blocks = dst;
    for (int64_t b = 0; b < n / 256; b++) {
        uint8_t q[256];
        blocks[b].d = lk_ternary_digits(q, src + 256 * b);
        lk_tq1_0_pack(blocks[b].qs, q, 32, 5);
        lk_tq1_0_pack(blocks[b].qs + 32, q + 160, 16, 5);
        lk_tq1_0_pack(blocks[b].qh, q + 240, 4, 4);
    }
}

#endif
