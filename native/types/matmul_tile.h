/* What the loops of the vector matmuls share, besides their vector. */
#ifndef LK_MATMUL_TILE_H
#define LK_MATMUL_TILE_H

#include "types/matmul.h"
#include <string.h>

/* Bytes of weights that stay in the second-level cache while all columns pass. */
#define LK_TILE_BYTES (256 * 1024)

/* Rows whose weights fit LK_TILE_BYTES: 1 at least, all at most. */
static inline int32_t lk_tile_rows(int64_t w_stride, int32_t rows) {
    int64_t fitting = LK_TILE_BYTES / (w_stride > 0 ? w_stride : 1);
    return fitting < 1 ? 1 : fitting < rows ? (int32_t)fitting : rows;
}

/* Scalar loads: the integer units are idle, and inserting into a vector takes the units that multiply. */
static inline uint64_t lk_load_u16x4(const uint8_t *p, const int stride) {
    uint16_t part[4];
    for (int i = 0; i < 4; i++) memcpy(&part[i], p + i * stride, sizeof part[i]);
    return part[0] | (uint64_t)part[1] << 16 | (uint64_t)part[2] << 32 | (uint64_t)part[3] << 48;
}

#endif
