/* Units of 16 rows, interleaved: transposes of 16-byte vectors, which every processor that matters here has
 * without asking (SSE2, NEON). They reach memory's bandwidth, so there is nothing in it for wider ones. */
#ifndef LK_INTERLEAVE_H
#define LK_INTERLEAVE_H

#include "types/inline.h"
#include "types/layout.h"
#include <string.h>

typedef uint32_t lk_quad __attribute__((vector_size(16), may_alias, aligned(1)));
typedef uint16_t lk_eight __attribute__((vector_size(16), may_alias, aligned(1)));

/* The lanes of a, then of b, that the numbers name. */
#if defined(__clang__)
#define LK_PICK(vector, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define LK_PICK(vector, a, b, ...) __builtin_shuffle(a, b, (vector){__VA_ARGS__})
#endif

/* Any units; the compiler knows the unit. */
LK_INLINE void lk_interleave_bytes(uint8_t *dst, const uint8_t *const rows[LK_PANEL_ROWS], int64_t offset,
                                   int32_t units, const int32_t unit) {
    for (int32_t i = 0; i < units; i++)
        for (int32_t r = 0; r < LK_PANEL_ROWS; r++)
            memcpy(dst + (i * LK_PANEL_ROWS + r) * unit, rows[r] + offset + i * unit, (size_t)unit);
}

/* Units of 4 bytes, 4 of 4 rows at a time. */
LK_INLINE void lk_interleave_quads(uint8_t *dst, const uint8_t *const rows[LK_PANEL_ROWS], int64_t offset,
                                   int32_t units) {
    int32_t i = 0;
    for (; i + 4 <= units; i += 4, dst += 4 * 64)
        for (int32_t r = 0; r < LK_PANEL_ROWS; r += 4) {
            lk_quad a[4], b[4];
            LK_UNROLL
            for (int j = 0; j < 4; j++) a[j] = *(const lk_quad *)(const void *)(rows[r + j] + offset + 4 * i);
            b[0] = LK_PICK(lk_quad, a[0], a[1], 0, 4, 1, 5);
            b[1] = LK_PICK(lk_quad, a[2], a[3], 0, 4, 1, 5);
            b[2] = LK_PICK(lk_quad, a[0], a[1], 2, 6, 3, 7);
            b[3] = LK_PICK(lk_quad, a[2], a[3], 2, 6, 3, 7);
            LK_UNROLL
            for (int j = 0; j < 4; j += 2) {
                uint8_t *to = dst + 64 * j + 4 * r;
                *(lk_quad *)(void *)to = LK_PICK(lk_quad, b[j], b[j + 1], 0, 1, 4, 5);
                *(lk_quad *)(void *)(to + 64) = LK_PICK(lk_quad, b[j], b[j + 1], 2, 3, 6, 7);
            }
        }
    lk_interleave_bytes(dst, rows, offset + 4 * i, units - i, 4);
}

/* Units of 2 bytes, 8 of 8 rows at a time: pairs of rows make units of 4 bytes. */
LK_INLINE void lk_interleave_pairs(uint8_t *dst, const uint8_t *const rows[LK_PANEL_ROWS], int64_t offset,
                                   int32_t units) {
    int32_t i = 0;
    for (; i + 8 <= units; i += 8, dst += 8 * 32)
        for (int32_t r = 0; r < LK_PANEL_ROWS; r += 8) {
            lk_quad pairs[2][4];
            LK_UNROLL
            for (int j = 0; j < 4; j++) {
                const lk_eight a = *(const lk_eight *)(const void *)(rows[r + 2 * j] + offset + 2 * i);
                const lk_eight b = *(const lk_eight *)(const void *)(rows[r + 2 * j + 1] + offset + 2 * i);
                pairs[0][j] = (lk_quad)LK_PICK(lk_eight, a, b, 0, 8, 1, 9, 2, 10, 3, 11);
                pairs[1][j] = (lk_quad)LK_PICK(lk_eight, a, b, 4, 12, 5, 13, 6, 14, 7, 15);
            }
            LK_UNROLL
            for (int h = 0; h < 2; h++) {
                const lk_quad *a = pairs[h];
                const lk_quad low = LK_PICK(lk_quad, a[0], a[1], 0, 4, 1, 5),
                              high = LK_PICK(lk_quad, a[0], a[1], 2, 6, 3, 7);
                const lk_quad low2 = LK_PICK(lk_quad, a[2], a[3], 0, 4, 1, 5),
                              high2 = LK_PICK(lk_quad, a[2], a[3], 2, 6, 3, 7);
                uint8_t *to = dst + 32 * 4 * h + 2 * r;
                *(lk_quad *)(void *)to = LK_PICK(lk_quad, low, low2, 0, 1, 4, 5);
                *(lk_quad *)(void *)(to + 32) = LK_PICK(lk_quad, low, low2, 2, 3, 6, 7);
                *(lk_quad *)(void *)(to + 64) = LK_PICK(lk_quad, high, high2, 0, 1, 4, 5);
                *(lk_quad *)(void *)(to + 96) = LK_PICK(lk_quad, high, high2, 2, 3, 6, 7);
            }
        }
    lk_interleave_bytes(dst, rows, offset + 2 * i, units - i, 2);
}

#endif
