#include "ops/simd_avx512.h"

enum { TILE_VECTORS = 4 };

#include "ops/attention/kernels.h"
#include "types/q4_0/block.h"
#include "types/q8_0/block.h"

static void widen_f16(float *dst, const uint8_t *src, int64_t n) {
    const uint16_t *halves = (const uint16_t *)(const void *)src;
    for (int64_t i = 0; i < n; i += 16) {
        const __m256i half = _mm256_maskz_loadu_epi16(lk_lanes_avx512(n - i), halves + i);
        _mm512_storeu_ps(dst + i, _mm512_cvtph_ps(half));
    }
}

static void widen_q8_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q8_0 *block = (const lk_block_q8_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const __m512 d = _mm512_set1_ps(_cvtsh_ss(block->d));
        for (int j = 0; j < 32; j += 16) {
            const __m512i q = _mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(block->qs + j)));
            _mm512_storeu_ps(dst + i + j, _mm512_mul_ps(_mm512_cvtepi32_ps(q), d));
        }
    }
}

/* q d - 8 d: 8 d is exact, so it is rounded once, as (q - 8) d is. */
static void widen_q4_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q4_0 *block = (const lk_block_q4_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const __m512 d = _mm512_set1_ps(_cvtsh_ss(block->d)), low = _mm512_mul_ps(d, _mm512_set1_ps(8));
        const __m128i mask = _mm_set1_epi8(15), qs = _mm_loadu_si128((const __m128i *)block->qs);
        const __m512i first = _mm512_cvtepu8_epi32(_mm_and_si128(qs, mask));
        const __m512i second = _mm512_cvtepu8_epi32(_mm_and_si128(_mm_srli_epi16(qs, 4), mask));
        _mm512_storeu_ps(dst + i, _mm512_fmsub_ps(_mm512_cvtepi32_ps(first), d, low));
        _mm512_storeu_ps(dst + i + 16, _mm512_fmsub_ps(_mm512_cvtepi32_ps(second), d, low));
    }
}

static void widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows) {
    const int64_t n = cache->dims[0], stride = cache->strides[1];
    if (cache->type == LK_TYPE_F16) {
        for (int64_t row = 0; row < rows; row++) widen_f16(dst + row * dst_stride, src + row * stride, n);
    } else if (cache->type == LK_TYPE_Q8_0) {
        for (int64_t row = 0; row < rows; row++) widen_q8_0(dst + row * dst_stride, src + row * stride, n);
    } else if (cache->type == LK_TYPE_Q4_0) {
        for (int64_t row = 0; row < rows; row++) widen_q4_0(dst + row * dst_stride, src + row * stride, n);
    } else {
        lk_flash_widen(dst, dst_stride, cache, src, rows);
    }
}

void lk_attention_run_avx512(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(widen);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
