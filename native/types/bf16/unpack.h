#ifndef LK_BF16_UNPACK_H
#define LK_BF16_UNPACK_H

#include "types/unpack.h"

LK_INLINE void lk_bf16_unpack(lk_dense_panel *panel, const uint8_t *chunk, int32_t n) {
    for (int i = 0; i < n; i++) LK_FOR_LANES(lane)
    lk_store_weights(panel, i, lane, (lk_floats)(lk_load_u16(chunk + 32 * i + 2 * lane) << 16));
}

#endif
