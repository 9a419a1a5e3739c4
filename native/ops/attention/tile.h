/* How queries are cut into tiles, whose number the compiler knows. */
#ifndef LK_ATTENTION_TILE_H
#define LK_ATTENTION_TILE_H

#include "ops/attention/flash.h"
#include "types/inline.h"

enum { TILE_QUERIES = 6 };

/* Queries that a tile takes of those that are left, so that tiles are of equal size. */
static inline int64_t fair_share(int64_t left) {
    const int64_t tiles = (left + TILE_QUERIES - 1) / TILE_QUERIES;
    return (left + tiles - 1) / tiles;
}

/* Does `work`, in which the constant `tile` is the number of queries, 1 to TILE_QUERIES. */
#define LK_TILE(queries, work)                                                                               \
    switch (queries) {                                                                                       \
        LK_TILE_OF(1, work)                                                                                  \
        LK_TILE_OF(2, work)                                                                                  \
        LK_TILE_OF(3, work)                                                                                  \
        LK_TILE_OF(4, work)                                                                                  \
        LK_TILE_OF(5, work)                                                                                  \
        LK_TILE_OF(6, work)                                                                                  \
    }

#define LK_TILE_OF(number, work)                                                                             \
    case number: {                                                                                           \
        enum { tile = number };                                                                              \
        work;                                                                                                \
        break;                                                                                               \
    }

LK_INLINE const uint8_t *ask(const uint8_t *at, const uint8_t *end) {
    if (at >= end) return at;
    __builtin_prefetch(at);
    return at + 64;
}

/* For as many lines as so many bytes take, which the compiler knows. */
LK_INLINE const uint8_t *ask_lines(const uint8_t *at, const uint8_t *end, const int bytes) {
    LK_UNROLL for (int i = 0; i < bytes; i += 64) at = ask(at, end);
    return at;
}

#endif
