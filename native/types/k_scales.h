/* The 6-bit scales and minimums of Q4_K and Q5_K, packed in 12 bytes: pair j < 4 in the low 6 bits of bytes j
 * and j + 4; pair j >= 4 has its low 4 bits in the nibbles of byte j + 4 and its high 2 bits on top of bytes
 * j - 4 and j. */
#ifndef LK_K_SCALES_H
#define LK_K_SCALES_H

#include <stdint.h>

/* Where d, dmin and the scales stand in a block of Q4_K or Q5_K. */
typedef struct lk_k_head {
    uint16_t d, dmin;
    uint8_t scales[12];
} lk_k_head;

static inline int lk_k_scale(const uint8_t *packed, int j) {
    return j < 4 ? packed[j] & 63 : (packed[j + 4] & 15) | packed[j - 4] >> 6 << 4;
}

static inline int lk_k_min(const uint8_t *packed, int j) {
    return j < 4 ? packed[j + 4] & 63 : packed[j + 4] >> 4 | packed[j] >> 6 << 4;
}

/* Packs 8 scales and 8 minimums. Those that are no 6-bit numbers spill as they do in ggml. */
static inline void lk_k_scales_pack(uint8_t *packed, const uint8_t *scales, const uint8_t *minimums) {
    for (int j = 0; j < 4; j++) {
        packed[j] = (uint8_t)(scales[j] | scales[j + 4] >> 4 << 6);
        packed[j + 4] = (uint8_t)(minimums[j] | minimums[j + 4] >> 4 << 6);
        packed[j + 8] = (uint8_t)((scales[j + 4] & 15) | minimums[j + 4] << 4);
    }
}

static inline void lk_k_scales_unpack(uint8_t *scales, uint8_t *minimums, const uint8_t *packed) {
    for (int j = 0; j < 8; j++) {
        scales[j] = (uint8_t)lk_k_scale(packed, j);
        minimums[j] = (uint8_t)lk_k_min(packed, j);
    }
}

/* Four scales or minimums as bytes of an integer, of pairs 4 half to 4 half + 3. Rows may lie side by side in
 * one integer: low, middle and high hold bytes 0 to 3, 4 to 7 and 8 to 11 of each. */
static inline uint64_t lk_k_scales4(uint64_t low, uint64_t high, const int half) {
    if (half == 0) return low & 0x3f3f3f3f3f3f3f3f;
    return (high & 0x0f0f0f0f0f0f0f0f) | (low >> 2 & 0x3030303030303030);
}

static inline uint64_t lk_k_mins4(uint64_t middle, uint64_t high, const int half) {
    return lk_k_scales4(middle, high >> 4, half);
}

#endif
