#include "types/q3_k/block.h"
#include "types/q3_k/scales.h"
#include "types/block256_avx2.h"

LK_INLINE void unpack(__m256i *q, const uint8_t *const *w, const int half) {
    const __m256i low = _mm256_set1_epi8(3), third = _mm256_set1_epi8(4);
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        __m256i four = lk_load_pair(w, offsetof(lk_block_q3_k, qs) + (size_t)(32 * half + 16 * i));
        __m256i bits = lk_load_pair(w, offsetof(lk_block_q3_k, hmask) + 16 * (size_t)i);
        bits = half == 0 ? _mm256_slli_epi16(bits, 2) : _mm256_srli_epi16(bits, 2);
        LK_UNROLL
        for (int j = 0; j < 4; j++)
            q[2 * j + i] = _mm256_or_si256(_mm256_and_si256(_mm256_srli_epi16(four, 2 * j), low),
                                           _mm256_and_si256(_mm256_srli_epi16(bits, j), third));
    }
}

LK_INLINE __m256i load_scales(const uint8_t *const *w, const int half) {
    const size_t packed = offsetof(lk_block_q3_k, scales);
    __m128i bytes = _mm_set_epi64x((int64_t)lk_q3_k_scales8(w[1] + packed, half),
                                   (int64_t)lk_q3_k_scales8(w[0] + packed, half));
    return _mm256_sub_epi16(_mm256_cvtepu8_epi16(bytes), _mm256_set1_epi16(32));
}

LK_INLINE void step(__m256 *acc, const uint8_t *const *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = lk_load_pair_f16(w, offsetof(lk_block_q3_k, d));
    LK_UNROLL
    for (int half = 0; half < 2; half++) {
        __m256i scales = load_scales(w, half), offsets = _mm256_slli_epi16(scales, 2);
        __m256i q[8], doubled[2];
        unpack(q, w, half);
        lk_double_scales(doubled, scales);
        LK_UNROLL
        for (int c = 0; c < columns; c++) {
            __m256i sums = lk_sums_scaled_u5(q, doubled, x[c], half);
            acc[c] = lk_add_with_offset(acc[c], sums, offsets, d, x[c], half);
        }
    }
}

void lk_q3_k_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_pairs(LK_MATMUL_ARGUMENTS, step, sizeof(lk_block_q3_k));
}
