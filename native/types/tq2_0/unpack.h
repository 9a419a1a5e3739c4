#ifndef LK_TQ2_0_UNPACK_H
#define LK_TQ2_0_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_tq2_0_unpack(lk_sink *sink, const uint8_t *chunk, int32_t n) {
    (void)n;
    lk_unpack_one_scale(sink, chunk + 16 * 64);
    lk_unpack_pairs(sink, chunk);
}

#endif
