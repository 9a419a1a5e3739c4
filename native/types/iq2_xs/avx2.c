#include "types/iq2_xs/block.h"
#include "types/grid_points_avx2.h"

LK_INLINE __m256i load_numbers(const uint8_t *w, int i) {
    __m256i packed = _mm256_loadu_si256((const __m256i *)(w + offsetof(lk_block_iq2_xs, qs) + 32 * i));
    return _mm256_and_si256(packed, _mm256_set1_epi16(511));
}

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, __m256i signs, const int half) {
    lk_numbers numbers;
    lk_load_numbers(&numbers, w, half, 1, load_numbers);
    LK_UNROLL
    for (int i = 0; i < 8; i++)
        q[i] = lk_add_signed(43, lk_points8_at(lk_iq2_xs_grid, &numbers, i), lk_spread_bits(signs, i));
}

LK_INLINE __m256i load_signs(const uint8_t *const *w, const int half) {
    const size_t offset = offsetof(lk_block_iq2_xs, qs) + 32 * (size_t)half;
    __m256i low = _mm256_srli_epi16(lk_load_pair(w, offset), 9);
    __m256i high = _mm256_srli_epi16(lk_load_pair(w, offset + 16), 9);
    return lk_complete_signs(_mm256_packus_epi16(low, high));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = _mm256_mul_ps(lk_load_pair_f16(w, offsetof(lk_block_iq2_xs, d)), _mm256_set1_ps(0.125f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i q[8];
        unpack(q, w, load_signs(w, half), half);
        __m256i scales = lk_load_nibble_scales(w, offsetof(lk_block_iq2_xs, scales) + 4 * (size_t)half);
        lk_half_step_points(acc, q, lk_odd_scales(scales), 43, d, x, columns, half);
    }
}

void lk_iq2_xs_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq2_xs));
}
