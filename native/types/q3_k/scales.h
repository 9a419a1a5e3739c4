/* The packed 6-bit scales of Q3_K, eight at a time. */
#ifndef LK_Q3_K_SCALES_H
#define LK_Q3_K_SCALES_H

#include <stdint.h>
#include <string.h>

/* Scales 8 half to 8 half + 7, from 0 to 63, as bytes of an integer. */
static inline uint64_t lk_q3_k_scales8(const uint8_t *packed, const int half) {
    uint64_t low;
    uint32_t high;
    memcpy(&low, packed, sizeof low);
    memcpy(&high, packed + 8, sizeof high);
    high >>= 4 * half;
    uint64_t both = (high & 0x03030303) | (uint64_t)(high >> 2 & 0x03030303) << 32;
    return (low >> 4 * half & 0x0f0f0f0f0f0f0f0f) | both << 4;
}

/* Packs 16 scales from 0 to 63. */
static inline void lk_q3_k_scales_pack(uint8_t *packed, const uint8_t *scales) {
    for (int i = 0; i < 8; i++) packed[i] = (uint8_t)((scales[i] & 15) | scales[i + 8] << 4);
    for (int i = 0; i < 4; i++)
        packed[8 + i] = (uint8_t)(scales[i] >> 4 | scales[i + 4] >> 4 << 2 | scales[i + 8] >> 4 << 4 |
                                  scales[i + 12] >> 4 << 6);
}

#endif
