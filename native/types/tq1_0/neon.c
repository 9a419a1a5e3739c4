#include "types/tq1_0/block.h"
#include "types/ternary_rows_neon.h"

/* The first digits of bytes, floor(3 byte / 256). */
LK_INLINE int8x16_t first_digits(uint8x16_t bytes) {
    uint8x16_t half = vshrq_n_u8(bytes, 1);
    return vreinterpretq_s8_u8(vshrq_n_u8(vhaddq_u8(bytes, half), 6));
}

/* Takes the first digit away: 3 byte mod 256. */
LK_INLINE uint8x16_t next_digits(uint8x16_t bytes) {
    return vmulq_u8(bytes, vdupq_n_u8(3));
}

/* The first `count` digits of 16 bytes, to every `apart`th vector. */
LK_INLINE void unpack_digits(int8x16_t *q, uint8x16_t bytes, const int count, const int apart) {
    LK_UNROLL
    for (int n = 0; n < count; n++) {
        q[n * apart] = first_digits(bytes);
        bytes = next_digits(bytes);
    }
}

/* The byte's digits n = 0 to 3 are the first ones of 3^n times the byte. */
LK_INLINE uint8x16_t load_last(const uint8_t *qh) {
    const uint8x16_t powers = vcombine_u8(vcreate_u8(0x0303030301010101), vcreate_u8(0x1b1b1b1b09090909));
    uint32_t four;
    memcpy(&four, qh, sizeof four);
    return vmulq_u8(vreinterpretq_u8_u32(vdupq_n_u32(four)), powers);
}

LK_INLINE void unpack(int8x16_t *q, const uint8_t *w, const int half) {
    const uint8_t *qs = w + offsetof(lk_block_tq1_0, qs);
    if (half == 0) {
        unpack_digits(q, vld1q_u8(qs), 4, 2);
        unpack_digits(q + 1, vld1q_u8(qs + 16), 4, 2);
        return;
    }
    q[0] = first_digits(vmulq_u8(vld1q_u8(qs), vdupq_n_u8(81)));
    q[1] = first_digits(vmulq_u8(vld1q_u8(qs + 16), vdupq_n_u8(81)));
    unpack_digits(q + 2, vld1q_u8(qs + 32), 5, 1);
    q[7] = first_digits(load_last(w + offsetof(lk_block_tq1_0, qh)));
}

LK_INLINE void step(float32x4_t *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_ternary(acc, w, x, columns, offsetof(lk_block_tq1_0, d), unpack);
}

void lk_tq1_0_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_tq1_0));
}
