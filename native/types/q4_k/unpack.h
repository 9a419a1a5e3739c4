#ifndef LK_Q4_K_UNPACK_H
#define LK_Q4_K_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_q4_k_unpack(lk_panel *panel, const uint8_t *chunk, int32_t n) {
    (void)n;
    for (int i = 0; i < 4; i++) lk_unpack_nibbles(panel, chunk + 512 * i, 8, 16 * i, 16 * i + 8);
    lk_unpack_k_scales(panel, chunk + 16 * 128);
}

#endif
