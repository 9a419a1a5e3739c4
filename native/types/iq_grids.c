#include "types/iq_grids.h"
#include "types/iq_points.h"

#define PAIR_OF_8(byte, code, i)                                                                             \
    (byte(3 & (code) >> 2 * (i)) | byte(3 & (code) >> (2 * (i) + 2)) << 8) << 8 * (i)
#define EIGHT(byte, code)                                                                                    \
    (PAIR_OF_8(byte, code, 0) | PAIR_OF_8(byte, code, 2) | PAIR_OF_8(byte, code, 4) |                        \
     PAIR_OF_8(byte, code, 6))
#define PAIR_OF_4(byte, code, i)                                                                             \
    (byte(7 & (code) >> 3 * (i)) | byte(7 & (code) >> (3 * (i) + 3)) << 8) << 8 * (i)
#define QUARTET(byte, code) (uint32_t)(PAIR_OF_4(byte, code, 0) | PAIR_OF_4(byte, code, 2))

#define SAME(q) (uint64_t)(q)
#define IQ2_BYTE(q) (uint64_t)(8 + 17 * (q) + ((q) >> 1))
#define IQ3_BYTE(q) (uint64_t)(4 + 8 * (q) + (q) / 7 * 2)

#define IQ2_POINT(code) EIGHT(IQ2_BYTE, code)
const uint64_t lk_iq2_xxs_grid[256] = {LK_IQ2_XXS_POINTS(IQ2_POINT)};

const uint64_t lk_iq2_xs_grid[512] = {LK_IQ2_XS_POINTS(IQ2_POINT)};

const uint64_t lk_iq2_s_grid[1024] = {LK_IQ2_S_POINTS(IQ2_POINT)};

#define IQ1_POINT(code) EIGHT(SAME, code)
const uint64_t lk_iq1_grid[2048] = {LK_IQ1_POINTS(IQ1_POINT)};

#define IQ3_XXS_POINT(code) QUARTET(IQ3_BYTE, code)
const uint32_t lk_iq3_xxs_grid[256] = {LK_IQ3_XXS_POINTS(IQ3_XXS_POINT)};

#define IQ3_S_POINT(code) QUARTET(SAME, code)
const uint32_t lk_iq3_s_grid[512] = {LK_IQ3_S_POINTS(IQ3_S_POINT)};
