#include "types/iq3_s/block.h"
#include "types/grid_points_neon.h"

LK_INLINE uint32_t number_at(const uint8_t *w, int i) {
    const uint32_t high = w[offsetof(lk_block_iq3_s, qh) + (size_t)(i / 8)];
    return w[offsetof(lk_block_iq3_s, qs) + (size_t)i] | (high << (8 - i % 8) & 0x100);
}

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    uint8x16_t signs = vld1q_u8(w + offsetof(lk_block_iq3_s, signs) + 16 * half);
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const int j = 32 * half + 4 * i;
        uint8x16_t codes = lk_load_points4(lk_iq3_s_grid, number_at(w, j), number_at(w, j + 1),
                                           number_at(w, j + 2), number_at(w, j + 3));
        uint8x16_t odd = vorrq_u8(vshlq_n_u8(codes, 1), vdupq_n_u8(1));
        q[i] = lk_with_signs(odd, lk_spread_bits(signs, i));
    }
}

/* Each of 4 nibbles twice. */
LK_INLINE uint16x8_t load_scales(const uint8_t *w, const int half) {
    const uint8x8_t lanes = vcreate_u8(0x0101010100000000);
    uint16_t packed;
    memcpy(&packed, w + offsetof(lk_block_iq3_s, scales) + 2 * half, sizeof packed);
    uint8x8_t bytes = vtbl1_u8(vcreate_u8(packed), lanes);
    bytes = vshl_u8(bytes, vcreate_s8(0xfcfc0000fcfc0000));
    return vmovl_u8(vand_u8(bytes, vdup_n_u8(15)));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4_t d = lk_load_f16(w + offsetof(lk_block_iq3_s, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        int8x16_t q[8];
        unpack(q, w, half);
        lk_half_step_small_points(acc, q, lk_odd_scales(load_scales(w, half)), d, x, columns, half);
    }
}

void lk_iq3_s_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq3_s));
}
