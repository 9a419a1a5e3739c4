#include "types/decode.h"
#include "types/f16/block.h"
#include "types/float16.h"
#include <immintrin.h>

void lk_f16_decode_avx2(float *dst, const void *src, int64_t n) {
    const lk_block_f16 *elements = src;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m256 values = _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)(elements + i)));
        _mm256_storeu_ps(dst + i, values);
        /* The processor makes a signalling NaN quiet; lk_float_from_f16 keeps its bits. */
        if (_mm256_movemask_ps(_mm256_cmp_ps(values, values, _CMP_UNORD_Q)) != 0)
            for (int64_t j = i; j < i + 8; j++) dst[j] = lk_float_from_f16(elements[j].bits);
    }
    for (; i < n; i++) dst[i] = lk_float_from_f16(elements[i].bits);
}
