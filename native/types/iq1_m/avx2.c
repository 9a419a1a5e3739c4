#include "types/iq1_m/block.h"
#include "types/grid_points_avx2.h"

/* Bits 0 to 2 and 4 to 6 of a byte come to bits 8 to 10 of two lanes. */
LK_INLINE __m256i load_numbers(const uint8_t *w, int i) {
    const __m256i lanes = _mm256_setr_epi64x((int64_t)0x8001800180008000, (int64_t)0x8003800380028002,
                                             (int64_t)0x8005800580048004, (int64_t)0x8007800780068006);
    const __m256i factors = _mm256_set1_epi32(0x00100100);
    int64_t qh;
    memcpy(&qh, w + offsetof(lk_block_iq1_m, qh) + 8 * i, sizeof qh);
    __m256i bytes = _mm256_shuffle_epi8(_mm256_set1_epi64x(qh), lanes);
    return lk_complete_numbers(w + offsetof(lk_block_iq1_m, qs) + 16 * i,
                               lk_move_bits(bytes, factors, 0x700));
}

/* q in weights 2 q - 9, eighths of {-1, 0, 1} +- 1/8: four times the point, and 1 where bit 3 is not set. */
LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i bits = _mm256_setr_epi64x(0x0808080808080808, (int64_t)0x8080808080808080,
                                            0x0808080808080808, (int64_t)0x8080808080808080);
    lk_numbers numbers;
    lk_load_numbers(&numbers, w, half, 1, load_numbers);
    const size_t offset = offsetof(lk_block_iq1_m, qh) + 8 * (size_t)half;
    __m256i nibbles = _mm256_cvtepu8_epi16(lk_load_pair_u64(w, offset));
    LK_UNROLL
    for (int i = 0; i < 8; i++) {
        __m256i points = lk_points8_at(lk_iq1_grid, &numbers, i);
        __m256i both = _mm256_shuffle_epi8(nibbles, _mm256_set1_epi8((int8_t)(2 * i)));
        __m256i plus = _mm256_cmpeq_epi8(_mm256_and_si256(both, bits), _mm256_setzero_si256());
        q[i] = _mm256_sub_epi8(_mm256_slli_epi16(points, 2), plus);
    }
}

/* 2 s + 1 of 8 groups of 16 of each row: a multiplication moves each 3 bits to the top of their lane. */
LK_INLINE __m256i load_scales(const uint8_t *const *w, const int half) {
    const __m256i rows = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1);
    const __m256i words =
        _mm256_setr_epi64x(0x0100010001000100, 0x0302030203020302, 0x0100010001000100, 0x0302030203020302);
    const __m256i left = _mm256_set1_epi64x((int64_t)(0x2000 | 0x400 << 16 | 0x80ull << 32 | 0x10ull << 48));
    const size_t offset = offsetof(lk_block_iq1_m, scales) + 4 * (size_t)half;
    __m128i packed = _mm_cvtsi64_si128((int64_t)lk_load_pair_u32(w, offset));
    __m256i apart = _mm256_permutevar8x32_epi32(_mm256_castsi128_si256(packed), rows);
    __m256i high = _mm256_mullo_epi16(_mm256_shuffle_epi8(apart, words), left);
    return lk_odd_scales(_mm256_srli_epi16(high, 13));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    const lk_block_iq1_m *first = (const lk_block_iq1_m *)w[0], *second = (const lk_block_iq1_m *)w[1];
    __m256 d = lk_float_from_pair_f16(lk_iq1_m_d(first), lk_iq1_m_d(second));
    d = _mm256_mul_ps(d, _mm256_set1_ps(0.125f));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i scales = load_scales(w, half), q[8], doubled[2];
        __m256i offsets = _mm256_mullo_epi16(scales, _mm256_set1_epi16(9));
        unpack(q, w, half);
        lk_double_scales(doubled, _mm256_add_epi16(scales, scales));
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i sums = lk_sums_scaled_u5(q, doubled, x[c], half);
            acc[c] = lk_add_with_offset(acc[c], sums, offsets, d, x[c], half);
        }
    }
}

void lk_iq1_m_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_iq1_m));
}
