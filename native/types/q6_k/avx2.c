#include "types/q6_k/block.h"
#include "types/block256_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i nibble = _mm256_set1_epi8(15), high = _mm256_set1_epi8(0x30);
    LK_UNROLL
    for (int i = 0; i < 4; i++) {
        __m256i both = lk_load_pair(w, offsetof(lk_block_q6_k, ql) + (size_t)(64 * half + 16 * i));
        q[i] = _mm256_and_si256(both, nibble);
        q[i + 4] = _mm256_and_si256(_mm256_srli_epi16(both, 4), nibble);
    }
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i four = lk_load_pair(w, offsetof(lk_block_q6_k, qh) + (size_t)(32 * half + 16 * i));
        q[i] = _mm256_or_si256(q[i], _mm256_and_si256(_mm256_slli_epi16(four, 4), high));
        q[i + 2] = _mm256_or_si256(q[i + 2], _mm256_and_si256(_mm256_slli_epi16(four, 2), high));
        q[i + 4] = _mm256_or_si256(q[i + 4], _mm256_and_si256(four, high));
        q[i + 6] = _mm256_or_si256(q[i + 6], _mm256_and_si256(_mm256_srli_epi16(four, 2), high));
    }
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_q6_k, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m128i packed = lk_load_pair_u64(w, offsetof(lk_block_q6_k, scales) + (size_t)(8 * half));
        __m256i scales = _mm256_cvtepi8_epi16(packed), offsets = _mm256_slli_epi16(scales, 5);
        __m256i q[8], spread[8];
        unpack(q, w, half);
        lk_spread_scales(spread, scales);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i sums = lk_sums_scaled(q, spread, x[c], half);
            acc[c] = lk_add_with_offset(acc[c], sums, offsets, d, x[c], half);
        }
    }
}

void lk_q6_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q6_k));
}
