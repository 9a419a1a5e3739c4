/* The bits of reference.c: a group of 32 is two vectors, whose rests never leave the registers. */
#include "types/inline.h"
#include "ops/quantize/row.h"
#include <immintrin.h>

typedef struct group_of {
    __m512 x[2];
} group_of;

LK_INLINE float largest_magnitude(const group_of *group) {
    const __m512i magnitude = _mm512_set1_epi32(INT32_MAX);
    const int32_t largest = _mm512_reduce_max_epi32(
        _mm512_max_epi32(_mm512_and_si512(_mm512_castps_si512(group->x[0]), magnitude),
                         _mm512_and_si512(_mm512_castps_si512(group->x[1]), magnitude)));
    float value;
    memcpy(&value, &largest, sizeof value);
    return value;
}

/* Sums of 16 signed bytes each: those of unsigned ones, without the 128 that each has more. */
LK_INLINE void store(lk_block_a8 *block, int index, __m128i low, __m128i high, float d) {
    const __m256i packed = _mm256_set_m128i(high, low);
    const __m256i eights =
        _mm256_sad_epu8(_mm256_xor_si256(packed, _mm256_set1_epi8(-128)), _mm256_setzero_si256());
    const __m256i sums = _mm256_sub_epi32(_mm256_add_epi32(eights, _mm256_bsrli_epi128(eights, 8)),
                                          _mm256_set1_epi32(16 * 128));
    block->d[index] = d;
    block->sum[2 * index] = (int16_t)_mm256_extract_epi16(sums, 0);
    block->sum[2 * index + 1] = (int16_t)_mm256_extract_epi16(sums, 8);
    _mm256_storeu_si256((__m256i *)(void *)(block->q + LK_QUANTIZE_GROUP * index), packed);
}

/* Leaves the rest x - d q in the group. */
LK_INLINE void quantize_nearest(lk_block_a8 *block, int index, group_of *group, float d) {
    const __m512 most = _mm512_set1_ps(127), least = _mm512_set1_ps(-127), step = _mm512_set1_ps(d);
    const __mmask16 all = d > 0 ? 0xffff : 0;
    __m128i packed[2];
    LK_UNROLL
    for (int i = 0; i < 2; i++) {
        const __m512 ratio = _mm512_maskz_div_ps(all, group->x[i], step);
        const __m512i q = _mm512_cvtps_epi32(_mm512_min_ps(most, _mm512_max_ps(least, ratio)));
        packed[i] = _mm512_cvtepi32_epi8(q);
        group->x[i] = _mm512_maskz_sub_ps(all, group->x[i], _mm512_mul_ps(step, _mm512_cvtepi32_ps(q)));
    }
    store(block, index, packed[0], packed[1], d);
}

LK_INLINE void quantize_group(lk_block_a8 *block, lk_block_a8 *rest, int index, const float *x) {
    group_of group = {{_mm512_loadu_ps(x), _mm512_loadu_ps(x + 16)}};
    const float d = lk_quantize_step(largest_magnitude(&group));
    quantize_nearest(block, index, &group, d);
    if (rest != NULL) quantize_nearest(rest, index, &group, d / LK_QUANTIZE_STEPS);
}

void lk_quantize_run_avx512(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_quantize_rows(op, begin, end, quantize_group, lk_bf16_encode_avx2);
}
