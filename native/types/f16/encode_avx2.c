#include "types/encode.h"
#include "types/f16/block.h"
#include "types/float16.h"
#include <immintrin.h>

/* The processor keeps a NaN's upper fraction bits; lk_f16_from_float makes every NaN the same. */
static inline __m128i halves(__m256 values) {
    const __m128i converted = _mm256_cvtps_ph(values, _MM_FROUND_TO_NEAREST_INT);
    const __m128i infinity = _mm_set1_epi16(0x7c00), sign = _mm_set1_epi16((short)0x8000);
    const __m128i is_nan = _mm_cmpgt_epi16(_mm_andnot_si128(sign, converted), infinity);
    const __m128i nan = _mm_or_si128(_mm_and_si128(converted, sign), _mm_set1_epi16(0x7e00));
    return _mm_blendv_epi8(converted, nan, is_nan);
}

void lk_f16_encode_avx2(LK_ENCODE_PARAMETERS) {
    (void)importance;
    lk_block_f16 *elements = dst;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8)
        _mm_storeu_si128((__m128i *)(void *)(elements + i), halves(_mm256_loadu_ps(src + i)));
    for (; i < n; i++) elements[i].bits = lk_f16_from_float(src[i]);
}
