#include "types/steps_avx2.h"
#include "types/mxfp4/encode.h"

/* The values rise by magnitude, so the nearest is known by how many of the middles between two lie below; bit
 * 3 is the sign, which zero lacks. */
LK_INLINE void steps32(uint8_t *q, const float *x, float scale) {
    static const float middles[7] = {0.5f, 1.5f, 2.5f, 3.5f, 5, 7, 10};
    __m256i steps[4];
    LK_UNROLL
    for (int j = 0; j < 4; j++) {
        const __m256 value = _mm256_loadu_ps(x + 8 * j);
        const __m256 magnitude = _mm256_andnot_ps(_mm256_set1_ps(-0.0f), value);
        __m256i step = _mm256_setzero_si256();
        LK_UNROLL
        for (int m = 0; m < 7; m++) {
            const __m256 above = _mm256_cmp_ps(magnitude, _mm256_set1_ps(middles[m] * scale), _CMP_GT_OQ);
            step = _mm256_sub_epi32(step, _mm256_castps_si256(above));
        }
        const __m256i sign = _mm256_srli_epi32(_mm256_castps_si256(value), 31);
        const __m256i nonzero = _mm256_cmpgt_epi32(step, _mm256_setzero_si256());
        steps[j] = _mm256_or_si256(step, _mm256_and_si256(nonzero, _mm256_slli_epi32(sign, 3)));
    }
    lk_store_steps32(q, steps);
}

void lk_mxfp4_encode_avx2(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_mxfp4_encode_row(dst, src, n, steps32);
}
