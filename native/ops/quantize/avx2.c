/* The bits of reference.c. */
#include "ops/quantize/group.h"
#include <immintrin.h>

static float largest_magnitude(const float *x) {
    const __m256i magnitude = _mm256_set1_epi32(INT32_MAX);
    __m256i largest = _mm256_setzero_si256();
    for (int i = 0; i < 4; i++) {
        __m256i bits = _mm256_castps_si256(_mm256_loadu_ps(x + 8 * i));
        largest = _mm256_max_epi32(largest, _mm256_and_si256(bits, magnitude));
    }
    __m128i half = _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(1, 0, 3, 2)));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtss_f32(_mm_castsi128_ps(half));
}

static int32_t sum_of_4(__m128i lanes) {
    lanes = _mm_add_epi32(lanes, _mm_shuffle_epi32(lanes, _MM_SHUFFLE(1, 0, 3, 2)));
    return _mm_cvtsi128_si32(lanes) + _mm_extract_epi32(lanes, 1);
}

/* Rounded to nearest even, in [-127, 127]. */
static __m256i clamped(__m256 ratio) {
    const __m256 most = _mm256_set1_ps(127), least = _mm256_set1_ps(-127);
    return _mm256_cvtps_epi32(_mm256_min_ps(most, _mm256_max_ps(least, ratio)));
}

static void store(lk_block_a8 *block, int group, const __m256i q[4], float d) {
    __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    packed = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), packed);
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    block->d[group] = d;
    block->sum[2 * group] = (int16_t)sum_of_4(_mm256_castsi256_si128(fours));
    block->sum[2 * group + 1] = (int16_t)sum_of_4(_mm256_extracti128_si256(fours, 1));
    _mm256_storeu_si256((__m256i *)(void *)(block->q + LK_QUANTIZE_GROUP * group), packed);
}

static void quantize_nearest(lk_block_a8 *block, int group, const float *x, float d) {
    __m256i q[4];
    for (int i = 0; i < 4; i++) {
        q[i] = d > 0 ? clamped(_mm256_div_ps(_mm256_loadu_ps(x + 8 * i), _mm256_set1_ps(d)))
                     : _mm256_setzero_si256();
    }
    store(block, group, q, d);
}

void lk_quantize_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    lk_quantize_rows(op, begin, end, quantize_group, lk_bf16_encode_avx2);
}
