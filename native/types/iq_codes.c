#include "types/iq_codes.h"
#include "types/iq_points.h"

#define PAIRS(code) (uint16_t)(code)
#define NIBBLES(code)                                                                                        \
    (uint16_t)((7 & (code)) | (0x70 & (code) << 1) | (0x700 & (code) << 2) | (0x7000 & (code) << 3))

const uint16_t lk_iq2_xxs_codes[256] = {LK_IQ2_XXS_POINTS(PAIRS)};
const uint16_t lk_iq2_xs_codes[512] = {LK_IQ2_XS_POINTS(PAIRS)};
const uint16_t lk_iq2_s_codes[1024] = {LK_IQ2_S_POINTS(PAIRS)};
const uint16_t lk_iq3_xxs_codes[256] = {LK_IQ3_XXS_POINTS(NIBBLES)};
const uint16_t lk_iq3_s_codes[512] = {LK_IQ3_S_POINTS(NIBBLES)};
