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

#define LOW_PAIRS(code) (uint8_t) PAIRS(code)
#define HIGH_PAIRS(code) (uint8_t)(PAIRS(code) >> 8)
#define LOW_NIBBLES(code) (uint8_t) NIBBLES(code)
#define HIGH_NIBBLES(code) (uint8_t)(NIBBLES(code) >> 8)

const uint8_t lk_iq2_xxs_code_bytes[2][256] = {{LK_IQ2_XXS_POINTS(LOW_PAIRS)},
                                               {LK_IQ2_XXS_POINTS(HIGH_PAIRS)}};
const uint8_t lk_iq2_xs_code_bytes[2][512] = {{LK_IQ2_XS_POINTS(LOW_PAIRS)}, {LK_IQ2_XS_POINTS(HIGH_PAIRS)}};
const uint8_t lk_iq2_s_code_bytes[2][1024] = {{LK_IQ2_S_POINTS(LOW_PAIRS)}, {LK_IQ2_S_POINTS(HIGH_PAIRS)}};
const uint8_t lk_iq1_code_bytes[2][2048] = {{LK_IQ1_POINTS(LOW_PAIRS)}, {LK_IQ1_POINTS(HIGH_PAIRS)}};
const uint8_t lk_iq3_xxs_code_bytes[2][256] = {{LK_IQ3_XXS_POINTS(LOW_NIBBLES)},
                                               {LK_IQ3_XXS_POINTS(HIGH_NIBBLES)}};
const uint8_t lk_iq3_s_code_bytes[2][512] = {{LK_IQ3_S_POINTS(LOW_NIBBLES)}, {LK_IQ3_S_POINTS(HIGH_NIBBLES)}};
