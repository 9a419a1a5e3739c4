#include "types/iq3_s/block.h"
#include "types/grid_points_avx2.h"

/* Bit i of a byte comes to bit 8 of lane i of eight. */
LK_INLINE __m256i load_numbers(const uint8_t *w, int i) {
    const __m256i factors = _mm256_setr_epi16(256, 128, 64, 32, 16, 8, 4, 2, 256, 128, 64, 32, 16, 8, 4, 2);
    const uint8_t *qh = w + offsetof(lk_block_iq3_s, qh) + 2 * i;
    __m256i bytes = _mm256_set_m128i(_mm_set1_epi16(qh[1]), _mm_set1_epi16(qh[0]));
    return lk_complete_numbers(w + offsetof(lk_block_iq3_s, qs) + 16 * i,
                               lk_move_bits(bytes, factors, 0x100));
}

/* Points 4 i to 4 i + 3 of half a block of row r. */
LK_INLINE __m128i points_of(const lk_numbers *numbers, const int r, const int i) {
    return lk_load_points4(lk_iq3_s_grid, lk_number_at(numbers, r, 4 * i),
                           lk_number_at(numbers, r, 4 * i + 1), lk_number_at(numbers, r, 4 * i + 2),
                           lk_number_at(numbers, r, 4 * i + 3));
}

/* q in weights 2 q - 15, that is 8 + code or, where negative, 7 - code: the code with some bits flipped. */
LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i eight = _mm256_set1_epi8(8), nibble = _mm256_set1_epi8(15);
    lk_numbers numbers;
    lk_load_numbers(&numbers, w, 2 * half, 2, load_numbers);
    __m256i signs = lk_load_pair(w, offsetof(lk_block_iq3_s, signs) + 16 * (size_t)half);
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        __m256i codes = _mm256_set_m128i(points_of(&numbers, 1, i), points_of(&numbers, 0, i));
        __m256i flipped = _mm256_xor_si256(eight, _mm256_and_si256(lk_spread_bits(signs, i), nibble));
        q[i] = _mm256_xor_si256(codes, flipped);
    }
}

/* 2 s + 1 of 4 groups of each row. */
LK_INLINE __m256 load_scales(const uint8_t *const *w, const int half) {
    uint32_t bytes[2];
    for (int r = 0; r < 2; r++) {
        uint16_t nibbles;
        memcpy(&nibbles, w[r] + offsetof(lk_block_iq3_s, scales) + 2 * half, sizeof nibbles);
        uint32_t apart = (nibbles | (uint32_t)nibbles << 8) & 0x00ff00ff;
        bytes[r] = 2 * ((apart | apart << 4) & 0x0f0f0f0f) + 0x01010101;
    }
    return lk_float_from_pair_u8(bytes[0] | (uint64_t)bytes[1] << 32);
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    const __m256i offsets = _mm256_set1_epi16(15);
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_iq3_s, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256 scales = _mm256_mul_ps(d, load_scales(w, half));
        __m256i q[8];
        unpack(q, w, half);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i sums = _mm256_slli_epi32(lk_sums_u4(q, x[c], half), 1);
            acc[c] = lk_add_with_offset(acc[c], sums, offsets, scales, x[c], half);
        }
    }
}

void lk_iq3_s_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq3_s));
}
