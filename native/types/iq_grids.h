/* The codebooks of IQ1, IQ2 and IQ3: each point gives 8 weights (IQ1, IQ2) or 4 (IQ3) a magnitude, its first
 * coordinate in its lowest byte. They are facts of the formats, as ggml's quantizer found them. Source: ggml
 * (ggml-common.h: iq2xxs_grid, iq2xs_grid, iq2s_grid, iq1s_grid, iq3xxs_grid, iq3s_grid). */
#ifndef LK_IQ_GRIDS_H
#define LK_IQ_GRIDS_H

#include <stdbool.h>
#include <stdint.h>

/* Coordinates 8, 25, 43: about 8 times the 1, 3, 5 that the quantizer rounds to. */
extern const uint64_t lk_iq2_xxs_grid[256];
extern const uint64_t lk_iq2_xs_grid[512];
extern const uint64_t lk_iq2_s_grid[1024];

/* Of IQ1_S and IQ1_M: coordinates 0, 1, 2, which stand for -1, 0, 1. */
extern const uint64_t lk_iq1_grid[2048];

/* Coordinates 4, 12, 20, 28, 36, 44, 52, 62: about 4 times the odd numbers to 15. */
extern const uint32_t lk_iq3_xxs_grid[256];

/* Coordinates 0 to 7, which stand for 2 q + 1. */
extern const uint32_t lk_iq3_s_grid[512];

/* Seven signs of eight weights are stored, in bits 0 to 6: the eighth makes the number of minuses even. */
static inline uint8_t lk_iq_signs(uint32_t seven) {
    uint32_t parity = seven ^ seven >> 4;
    parity ^= parity >> 2;
    parity ^= parity >> 1;
    return (uint8_t)(seven | (parity & 1) << 7);
}

/* 8 weights: the point's coordinates times scale, negative where their bit of signs is set. */
static inline void lk_iq_signed8(float *dst, float scale, uint64_t point, uint8_t signs) {
    for (int i = 0; i < 8; i++) {
        float magnitude = scale * (float)(point >> 8 * i & 255);
        dst[i] = signs >> i & 1 ? -magnitude : magnitude;
    }
}

/* 8 weights of IQ1: eight times the point's {-1, 0, 1}, less or plus 1, times scale. */
static inline void lk_iq1_shifted8(float *dst, float scale, uint64_t point, bool less) {
    for (int i = 0; i < 8; i++) {
        int eighths = 8 * ((int)(point >> 8 * i & 255) - 1);
        dst[i] = scale * (float)(less ? eighths - 1 : eighths + 1);
    }
}

#endif
