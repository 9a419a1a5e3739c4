/* The bits of reference.c. */
#include "ops/ops.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>

/* The largest magnitude as its bits. */
static int32_t largest_bits(const __m256 x[4]) {
    const __m256i magnitude = _mm256_set1_epi32(INT32_MAX);
    __m256i largest = _mm256_setzero_si256();
    for (int i = 0; i < 4; i++) {
        largest = _mm256_max_epi32(largest, _mm256_and_si256(_mm256_castps_si256(x[i]), magnitude));
    }
    __m128i half = _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(1, 0, 3, 2)));
    half = _mm_max_epi32(half, _mm_shuffle_epi32(half, _MM_SHUFFLE(2, 3, 0, 1)));
    return _mm_cvtsi128_si32(half);
}

/* x / d, rounded to nearest even and packed in order. */
static __m256i quantized(const __m256 x[4], float d) {
    if (!(d > 0)) return _mm256_setzero_si256();
    const __m256 most = _mm256_set1_ps(127), least = _mm256_set1_ps(-127), divisor = _mm256_set1_ps(d);
    __m256i q[4];
    for (int i = 0; i < 4; i++) {
        __m256 ratio = _mm256_min_ps(most, _mm256_max_ps(least, _mm256_div_ps(x[i], divisor)));
        q[i] = _mm256_cvtps_epi32(ratio);
    }
    __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    return _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

static int16_t sum_of_16(__m128i fours) {
    fours = _mm_add_epi32(fours, _mm_shuffle_epi32(fours, _MM_SHUFFLE(1, 0, 3, 2)));
    return (int16_t)(_mm_cvtsi128_si32(fours) + _mm_extract_epi32(fours, 1));
}

static void quantize_group(lk_block_a8 *block, int group, const float *x) {
    __m256 v[4];
    for (int i = 0; i < 4; i++) v[i] = _mm256_loadu_ps(x + 8 * i);
    int32_t bits = largest_bits(v);
    float largest;
    memcpy(&largest, &bits, sizeof largest);
    float d = isfinite(largest) ? largest / 127.0f : NAN;
    __m256i q = quantized(v, d);
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), q);
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    block->d[group] = d;
    block->sum[2 * group] = sum_of_16(_mm256_castsi256_si128(fours));
    block->sum[2 * group + 1] = sum_of_16(_mm256_extracti128_si256(fours, 1));
    _mm256_storeu_si256((__m256i *)(void *)(block->q + 32 * group), q);
}

static void quantize_row(lk_block_a8 *blocks, const float *x, int64_t k) {
    int64_t at = 0;
    for (; at + 32 <= k; at += 32) quantize_group(&blocks[at / 256], (int)(at % 256 / 32), x + at);
    for (; at < (k + 255) / 256 * 256; at += 32) {
        float padded[32] = {0};
        if (at < k) memcpy(padded, x + at, (size_t)(k - at) * sizeof *x);
        quantize_group(&blocks[at / 256], (int)(at % 256 / 32), padded);
    }
}

void lk_quantize_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) {
        quantize_row((lk_block_a8 *)(void *)lk_row(&op->dst, row), lk_float_row(&op->src[0], row),
                     op->dst.dims[0]);
    }
}
