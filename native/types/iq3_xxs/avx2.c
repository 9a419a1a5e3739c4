#include "types/iq3_xxs/block.h"
#include "types/grid_points_avx2.h"

LK_INLINE __m128i points_of(const uint8_t *qs) {
    return lk_load_points4(lk_iq3_xxs_grid, qs[0], qs[1], qs[2], qs[3]);
}

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, __m256i signs, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const size_t offset = offsetof(lk_block_iq3_xxs, qs) + (size_t)(32 * half + 4 * i);
        __m256i points = _mm256_set_m128i(points_of(w[1] + offset), points_of(w[0] + offset));
        q[i] = lk_add_signed(62, points, lk_spread_bits(signs, i));
    }
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = _mm256_mul_ps(lk_load_pair_f16(w, offsetof(lk_block_iq3_xxs, d)), _mm256_set1_ps(0.25f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i q[8];
        __m256i words = lk_load_pair(w, offsetof(lk_block_iq3_xxs, signs_scale) + 16 * (size_t)half);
        unpack(q, w, lk_complete_signs(lk_spread_sevens(words)), half);
        lk_half_step_points(acc, q, lk_odd_scales(lk_group_scales(words)), 62, d, x, columns, half);
    }
}

void lk_iq3_xxs_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq3_xxs));
}
