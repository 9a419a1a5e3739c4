#include "types/mxfp4/block.h"
#include "types/block32_avx2.h"

/* lk_mxfp4_values + 12: unsigned, as the step multiplies them. */
static const int8_t shifted_values[16] = {12, 13, 14, 15, 16, 18, 20, 24, 12, 11, 10, 9, 8, 6, 4, 0};

LK_INLINE __m256i unpack(const uint8_t *w, int j) {
    const lk_block_mxfp4 *block = (const lk_block_mxfp4 *)w + j;
    return lk_look_up(shifted_values, lk_load_nibbles(block->qs));
}

/* 2^(e - 128) of 8 blocks; e below 2 makes a subnormal number. */
LK_INLINE __m256 load_scales(const uint8_t *w) {
    uint64_t bytes = 0;
    for (int j = 0; j < 8; j++) bytes |= (uint64_t)w[j * (int)sizeof(lk_block_mxfp4)] << 8 * j;
    __m256i e = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)bytes));
    __m256i one = _mm256_set1_epi32(1);
    __m256i normal = _mm256_slli_epi32(_mm256_sub_epi32(e, one), 23);
    __m256i subnormal = _mm256_sllv_epi32(_mm256_set1_epi32(0x00200000), e);
    return _mm256_castsi256_ps(_mm256_blendv_epi8(subnormal, normal, _mm256_cmpgt_epi32(e, one)));
}

LK_INLINE void step(__m256 *acc, const uint8_t *w, const lk_block_a8 *const *x, const int columns) {
    __m256 d = load_scales(w);
    lk_step_unsigned_avx2(acc, w, x, columns, d, 12, unpack);
}

void lk_mxfp4_matmul_avx2(LK_MATMUL_PARAMETERS) {
    lk_matmul_a8(LK_MATMUL_ARGUMENTS, step, 8 * sizeof(lk_block_mxfp4));
}
