#ifndef LK_F32_UNPACK_H
#define LK_F32_UNPACK_H

#include "types/unpack.h"

/* A chunk is a panel already. */
LK_INLINE void lk_f32_unpack(lk_dense_panel *panel, const uint8_t *chunk, int32_t n) {
    memcpy(panel, chunk, (size_t)n * sizeof panel->w[0]);
}

#endif
