#include "types/bf16/block.h"
#include "types/decode.h"
#include "types/float16.h"
#include <immintrin.h>

void lk_bf16_decode_avx2(float *dst, const void *src, int64_t n) {
    const lk_block_bf16 *elements = src;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m128i bits = _mm_loadu_si128((const __m128i *)(const void *)(elements + i));
        const __m256i values = _mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16);
        _mm256_storeu_si256((__m256i *)(void *)(dst + i), values);
    }
    for (; i < n; i++) dst[i] = lk_float_from_bf16(elements[i].bits);
}
