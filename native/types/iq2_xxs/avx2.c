#include "types/iq2_xxs/block.h"
#include "types/grid_points_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, __m256i signs, const int half) {
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        const size_t offset =
            offsetof(lk_block_iq2_xxs, groups) + (size_t)(32 * half + i / 2 * 8 + i % 2 * 2);
        const uint8_t *first = w[0] + offset, *second = w[1] + offset;
        __m256i points = lk_load_points8(lk_iq2_xxs_grid, first[0], first[1], second[0], second[1]);
        q[i] = lk_add_signed(43, points, lk_spread_bits(signs, i));
    }
}

/* The signs and scales of 4 groups of each row. */
LK_INLINE __m256i load_words(const uint8_t *const *w, const int half) {
    const size_t offset = offsetof(lk_block_iq2_xxs, groups) + 32 * (size_t)half;
    __m256 low = _mm256_castsi256_ps(lk_load_pair(w, offset));
    __m256 high = _mm256_castsi256_ps(lk_load_pair(w, offset + 16));
    return _mm256_castps_si256(_mm256_shuffle_ps(low, high, _MM_SHUFFLE(3, 1, 3, 1)));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = _mm256_mul_ps(lk_load_pair_f16(w, offsetof(lk_block_iq2_xxs, d)), _mm256_set1_ps(0.125f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i q[8];
        __m256i words = load_words(w, half);
        unpack(q, w, lk_complete_signs(lk_spread_sevens(words)), half);
        lk_half_step_points(acc, q, lk_odd_scales(lk_group_scales(words)), 43, d, x, columns, half);
    }
}

void lk_iq2_xxs_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq2_xxs));
}
