#ifndef LK_Q4_K_UNPACK_H
#define LK_Q4_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q4_k_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_k_scales(sink, chunk + 16 * 128);
    LK_UNROLL
    for (int i = 0; i < 4; i++) lk_unpack_nibbles(sink, chunk + 512 * i, 8, 16 * i, 16 * i + 8);
}

#endif
