#include "types/q2_k/block.h"
#include "types/block256_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i low = _mm256_set1_epi8(3);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i four = lk_load_pair(w, offsetof(lk_block_q2_k, qs) + (size_t)(32 * half + 16 * i));
        LK_UNROLL
        for (int j = 0; j < 4; j++) q[2 * j + i] = _mm256_and_si256(_mm256_srli_epi16(four, 2 * j), low);
    }
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_q2_k, d));
    __m256 dmin = lk_load_pair_f16(w, offsetof(lk_block_q2_k, dmin));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m128i packed = lk_load_pair_u64(w, offsetof(lk_block_q2_k, scales) + 8 * (size_t)half);
        __m256i both = _mm256_cvtepu8_epi16(packed), minimums = _mm256_srli_epi16(both, 4);
        __m256i q[8], scales[2];
        unpack(q, w, half);
        lk_double_scales(scales, _mm256_and_si256(both, _mm256_set1_epi16(15)));
        LK_UNROLL
        for (int c = 0; c < columns; c++)
            acc[c] =
                lk_add_with_minimums(acc[c], lk_sums_scaled_u3(q, scales, x[c], half), d,
                                     _mm256_madd_epi16(lk_load_sums(x[c], half), minimums), dmin, x[c], half);
    }
}

void lk_q2_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q2_k));
}
