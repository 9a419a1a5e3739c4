#include "types/iq2_s/block.h"
#include "types/grid_points_avx2.h"

/* Bits 2 i and 2 i + 1 of a byte come to bits 8 and 9 of lane i of four. */
LK_INLINE __m256i load_numbers(const uint8_t *w, int i) {
    const __m256i lanes = _mm256_setr_epi64x((int64_t)0x8000800080008000, (int64_t)0x8001800180018001,
                                             (int64_t)0x8002800280028002, (int64_t)0x8003800380038003);
    const __m256i factors = _mm256_set1_epi64x(0x0004001000400100);
    int32_t qh;
    memcpy(&qh, w + offsetof(lk_block_iq2_s, qh) + 4 * i, sizeof qh);
    __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi32(qh), lanes);
    return lk_complete_numbers(w + offsetof(lk_block_iq2_s, qs) + 16 * i,
                               lk_move_bits(bytes, factors, 0x300));
}

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, __m256i signs, const int half) {
    lk_numbers numbers;
    lk_load_numbers(&numbers, w, half, 1, load_numbers);
    LK_UNROLL
    for (int i = 0; i < 8; i++)
        q[i] = lk_add_signed(43, lk_points8_at(lk_iq2_s_grid, &numbers, i), lk_spread_bits(signs, i));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = _mm256_mul_ps(lk_load_pair_f16(w, offsetof(lk_block_iq2_s, d)), _mm256_set1_ps(0.125f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i q[8];
        unpack(q, w, lk_load_pair(w, offsetof(lk_block_iq2_s, signs) + 16 * (size_t)half), half);
        __m256i scales = lk_load_nibble_scales(w, offsetof(lk_block_iq2_s, scales) + 4 * (size_t)half);
        lk_half_step_points(acc, q, lk_odd_scales(scales), 43, d, x, columns, half);
    }
}

void lk_iq2_s_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq2_s));
}
