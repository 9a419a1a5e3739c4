#include "types/iq4_xs/block.h"
#include "types/iq4_xs/scales.h"
#include "types/iq4_nl/block.h"
#include "types/block256_neon.h"

LK_INLINE int8x16x2_t unpack(const uint8_t *w, int j) {
    return lk_look_up(lk_iq4_values, lk_load_nibbles(w + offsetof(lk_block_iq4_xs, qs) + 16 * j));
}

/* The scales of 4 groups, from -32 to 31, times d. */
LK_INLINE float32x4_t load_scales(const uint8_t *w, const int half) {
    uint32_t packed = lk_iq4_xs_scales4(w + offsetof(lk_block_iq4_xs, scales_h),
                                        w + offsetof(lk_block_iq4_xs, scales_l), half);
    float32x4_t d = lk_load_f16(w + offsetof(lk_block_iq4_xs, d));
    return vmulq_f32(d, vsubq_f32(lk_float_from_u8(packed), vdupq_n_f32(32)));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    float32x4x2_t scales = {{load_scales(w, 0), load_scales(w, 1)}};
    lk_step_signed_neon(acc, w, x, columns, scales, unpack);
}

void lk_iq4_xs_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq4_xs));
}
