#include "types/iq1_s/block.h"
#include "types/grid_points_avx2.h"

/* Bits 3 i to 3 i + 2 of 16 come to bits 8 to 10 of lane i of four, by way of bits 9 to 11. */
LK_INLINE __m256i load_numbers(const uint8_t *w, int i) {
    const __m256i lanes =
        _mm256_setr_epi64x(0x0100010001000100, 0x0302030203020302, 0x0504050405040504, 0x0706070607060706);
    const __m256i factors = _mm256_set1_epi64x(0x0001000800400200);
    int64_t qh;
    memcpy(&qh, w + offsetof(lk_block_iq1_s, qh) + 8 * i, sizeof qh);
    __m256i words = _mm256_shuffle_epi8(_mm256_set1_epi64x(qh), lanes);
    __m256i high = _mm256_srli_epi16(lk_move_bits(words, factors, 0xe00), 1);
    return lk_complete_numbers(w + offsetof(lk_block_iq1_s, qs) + 16 * i, high);
}

/* 2 s + 1 of 4 groups of each row. */
LK_INLINE __m256 odd_scales(__m256i high) {
    __m256i even = _mm256_and_si256(_mm256_srli_epi32(high, 11), _mm256_set1_epi32(14));
    return _mm256_cvtepi32_ps(_mm256_or_si256(even, _mm256_set1_epi32(1)));
}

/* Of 16 weights 8 (q - 1) + 1 or 8 (q - 1) - 1, what is taken off 8 q: 7, or 9 where bit 15 is set. */
LK_INLINE __m256i offsets_of(__m256i high) {
    __m256i both = _mm256_or_si256(high, _mm256_slli_epi32(high, 16));
    return _mm256_add_epi16(_mm256_slli_epi16(_mm256_srli_epi16(both, 15), 1), _mm256_set1_epi16(7));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = _mm256_mul_ps(lk_load_pair_f16(w, offsetof(lk_block_iq1_s, d)), _mm256_set1_ps(0.125f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m128i packed = lk_load_pair_u64(w, offsetof(lk_block_iq1_s, qh) + 8 * (size_t)half);
        __m256i high = _mm256_cvtepu16_epi32(packed), offsets = offsets_of(high), q[8];
        lk_numbers numbers;
        lk_load_numbers(&numbers, w, half, 1, load_numbers);
        __m256 scales = _mm256_mul_ps(d, odd_scales(high));
        LK_UNROLL
        for (int i = 0; i < 8; i++) q[i] = lk_points8_at(lk_iq1_grid, &numbers, i);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i sums = _mm256_slli_epi32(lk_sums_u4(q, x[c], half), 3);
            acc[c] = lk_add_with_offset(acc[c], sums, offsets, scales, x[c], half);
        }
    }
}

void lk_iq1_s_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq1_s));
}
