#ifndef LK_F32_UNPACK_H
#define LK_F32_UNPACK_H

#include "types/unpack.h"

/* A chunk is a panel already. */
LK_INLINE void lk_f32_unpack(lk_dense_panel *panel, const uint8_t *chunk, int32_t n) {
    for (int i = 0; i < n; i++) LK_FOR_LANES(lane)
    lk_store_weights(panel, i, lane, *(const lk_floats *)(const void *)(chunk + 64 * i + 4 * lane));
}

#endif
