#include "types/q4_k/block.h"
#include "types/k_pairs_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i nibble = _mm256_set1_epi8(15);
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m256i both = lk_load_pair(w, offsetof(lk_block_q4_k, qs) + (size_t)(64 * half + 16 * i));
        q[i / 2 * 4 + i % 2] = _mm256_and_si256(both, nibble);
        q[i / 2 * 4 + i % 2 + 2] = _mm256_and_si256(_mm256_srli_epi16(both, 4), nibble);
    }
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_q4_k, d));
    __m256 dmin = lk_load_pair_f16(w, offsetof(lk_block_q4_k, dmin));
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        lk_pair_scales scales = lk_load_pair_scales(w, offsetof(lk_block_q4_k, scales), d, dmin, half);
        __m256i q[8];
        unpack(q, w, half);
#pragma GCC unroll 4
        for (int c = 0; c < columns; c++)
            acc[c] = lk_add_with_minimums(acc[c], lk_sums_u4(q, x[c], half), scales, x[c], half);
    }
}

void lk_q4_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q4_k));
}
