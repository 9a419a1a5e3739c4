#include "types/bf16/block.h"
#include "types/encode.h"
#include "types/float16.h"
#include <immintrin.h>

/* lk_bf16_from_float, in the lower halves of 32 bits. */
static inline __m256i upper_halves(const float *src) {
    const __m256i bits = _mm256_loadu_si256((const __m256i *)(const void *)src);
    const __m256i upper = _mm256_srli_epi32(bits, 16);
    const __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
    const __m256i bias = _mm256_add_epi32(odd, _mm256_set1_epi32(0x7fff));
    const __m256i rounded = _mm256_srli_epi32(_mm256_add_epi32(bits, bias), 16);
    const __m256i magnitude = _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff));
    const __m256i is_nan = _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f800000));
    return _mm256_blendv_epi8(rounded, _mm256_or_si256(upper, _mm256_set1_epi32(0x40)), is_nan);
}

void lk_bf16_encode_avx2(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_block_bf16 *elements = dst;
    int64_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m256i packed = _mm256_packus_epi32(upper_halves(src + i), upper_halves(src + i + 8));
        _mm256_storeu_si256((__m256i *)(void *)(elements + i), _mm256_permute4x64_epi64(packed, 0xd8));
    }
    for (; i < n; i++) elements[i].bits = lk_bf16_from_float(src[i]);
}
