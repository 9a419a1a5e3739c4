/* The packed 6-bit scales of IQ4_XS, four at a time. */
#ifndef LK_IQ4_XS_SCALES_H
#define LK_IQ4_XS_SCALES_H

#include <stdint.h>
#include <string.h>

/* Scales 4 half to 4 half + 3 of a block, from 0 to 63, as bytes of an integer. */
static inline uint32_t lk_iq4_xs_scales4(const uint8_t *scales_h, const uint8_t *scales_l, const int half) {
    uint16_t nibbles;
    memcpy(&nibbles, scales_l + 2 * half, sizeof nibbles);
    uint32_t low = (nibbles | (uint32_t)nibbles << 8) & 0x00ff00ff;
    uint32_t high = (scales_h[half] | (uint32_t)scales_h[half] << 12) & 0x000f000f;
    return ((low | low << 4) & 0x0f0f0f0f) | ((high | high << 6) & 0x03030303) << 4;
}

#endif
