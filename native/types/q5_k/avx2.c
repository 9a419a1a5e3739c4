#include "types/q5_k/block.h"
#include "types/k_pairs_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i fifth = _mm256_set1_epi8(16);
    lk_unpack_k_nibbles(q, w, offsetof(lk_block_q5_k, qs) + 64 * (size_t)half);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i bits = lk_load_pair(w, offsetof(lk_block_q5_k, qh) + 16 * (size_t)i);
        if (half == 0) bits = _mm256_slli_epi16(bits, 4);
        LK_UNROLL
        for (int j = 0; j < 4; j++)
            q[2 * j + i] = _mm256_or_si256(q[2 * j + i], _mm256_and_si256(_mm256_srli_epi16(bits, j), fifth));
    }
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    lk_step_k_pairs(acc, w, x, columns, unpack, lk_sums_u5);
}

void lk_q5_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q5_k));
}
