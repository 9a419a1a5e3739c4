#include "types/q2_k/block.h"
#include "types/block256_avx2.h"

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_q2_k, d));
    __m256 dmin = lk_load_pair_f16(w, offsetof(lk_block_q2_k, dmin));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m128i packed = lk_load_pair_u64(w, offsetof(lk_block_q2_k, scales) + 8 * (size_t)half);
        __m256i both = _mm256_cvtepu8_epi16(packed), minimums = _mm256_srli_epi16(both, 4);
        __m256i q[8], scales[2];
        lk_unpack_fours(q, w, offsetof(lk_block_q2_k, qs) + (size_t)(32 * half));
        lk_double_scales(scales, _mm256_and_si256(both, _mm256_set1_epi16(15)));
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] =
                lk_add_with_minimums(acc[c], lk_sums_scaled_u5(q, scales, x[c], half), d,
                                     _mm256_madd_epi16(lk_load_sums(x[c], half), minimums), dmin, x[c], half);
    }
}

void lk_q2_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q2_k));
}
