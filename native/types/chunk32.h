/* Up to 8 blocks of 32 weights with an importance matrix, which the fits take as the groups of a block of
 * 256. */
#ifndef LK_CHUNK32_H
#define LK_CHUNK32_H

#include "types/error_weights.h"
#include "types/float16.h"
#include <string.h>

typedef struct lk_chunk {
    int blocks;
    float x[256], w[256]; /* zeros where the row has ended */
    float scales[8], minimums[8];
    uint8_t q[256];
} lk_chunk;

/* Takes blocks from number b on out of a row of n weights. */
LK_INLINE void lk_chunk_load(lk_chunk *chunk, const float *row, const float *importance, float mean_square,
                             int64_t b, int64_t n) {
    const int64_t left = n - 32 * b, taken = left < 256 ? left : 256;
    chunk->blocks = (int)(taken / 32);
    memset(chunk->x, 0, sizeof chunk->x);
    memset(chunk->w, 0, sizeof chunk->w);
    memcpy(chunk->x, row + 32 * b, (size_t)taken * sizeof(float));
    lk_error_weights(chunk->w, chunk->x, importance + 32 * b, (int)taken, mean_square, 0);
}

#endif
