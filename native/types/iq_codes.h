/* The points of iq_grids.h as codes of 16 bits, which a vector of words can index. */
#ifndef LK_IQ_CODES_H
#define LK_IQ_CODES_H

#include <stdint.h>

/* 2 bits for each of 8 coordinates, the first lowest: 0, 1, 2 for 8, 25, 43. */
extern const uint16_t lk_iq2_xxs_codes[256];
extern const uint16_t lk_iq2_xs_codes[512];
extern const uint16_t lk_iq2_s_codes[1024];

/* 4 bits for each of 4 coordinates: 0 to 7 for 4 to 62, and for 0 to 7. */
extern const uint16_t lk_iq3_xxs_codes[256];
extern const uint16_t lk_iq3_s_codes[512];

/* The bytes of these codes: the low ones of all points, then the high ones. */
extern const uint8_t lk_iq2_xxs_code_bytes[2][256];
extern const uint8_t lk_iq2_xs_code_bytes[2][512];
extern const uint8_t lk_iq2_s_code_bytes[2][1024];
extern const uint8_t lk_iq1_code_bytes[2][2048]; /* of 0, 1, 2 */
extern const uint8_t lk_iq3_xxs_code_bytes[2][256];
extern const uint8_t lk_iq3_s_code_bytes[2][512];

#endif
