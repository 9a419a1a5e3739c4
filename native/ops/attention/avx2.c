#include "ops/simd_avx2.h"

enum { TILE_VECTORS = 2 };

#include "ops/attention/kernels.h"
#include "types/q4_0/block.h"
#include "types/q8_0/block.h"
#include <string.h>

static void widen_f16(float *dst, const uint8_t *src, int64_t n) {
    const uint16_t *halves = (const uint16_t *)(const void *)src;
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        const __m128i half = _mm_loadu_si128((const __m128i *)(const void *)(halves + i));
        _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(half));
    }
    if (i == n) return;
    uint16_t rest[8] = {0};
    memcpy(rest, halves + i, (size_t)(n - i) * sizeof *rest);
    _mm256_storeu_ps(dst + i, _mm256_cvtph_ps(_mm_loadu_si128((const __m128i *)(const void *)rest)));
}

static void widen_q8_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q8_0 *block = (const lk_block_q8_0 *)(const void *)src;
    for (int64_t i = 0; i < n; i += 32, block++) {
        const __m256 d = _mm256_set1_ps(_cvtsh_ss(block->d));
        for (int j = 0; j < 32; j += 8) {
            const __m256i q = _mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(block->qs + j)));
            _mm256_storeu_ps(dst + i + j, _mm256_mul_ps(_mm256_cvtepi32_ps(q), d));
        }
    }
}

static void store_q4_0(float *dst, __m128i q, __m256 d) {
    const __m256 low = _mm256_mul_ps(d, _mm256_set1_ps(8));
    const __m256i first = _mm256_cvtepu8_epi32(q), second = _mm256_cvtepu8_epi32(_mm_srli_si128(q, 8));
    _mm256_storeu_ps(dst, _mm256_fmsub_ps(_mm256_cvtepi32_ps(first), d, low));
    _mm256_storeu_ps(dst + 8, _mm256_fmsub_ps(_mm256_cvtepi32_ps(second), d, low));
}

/* q d - 8 d: 8 d is exact, so it is rounded once, as (q - 8) d is. */
static void widen_q4_0(float *dst, const uint8_t *src, int64_t n) {
    const lk_block_q4_0 *block = (const lk_block_q4_0 *)(const void *)src;
    const __m128i mask = _mm_set1_epi8(15);
    for (int64_t i = 0; i < n; i += 32, block++) {
        const __m256 d = _mm256_set1_ps(_cvtsh_ss(block->d));
        const __m128i qs = _mm_loadu_si128((const __m128i *)block->qs);
        store_q4_0(dst + i, _mm_and_si128(qs, mask), d);
        store_q4_0(dst + i + 16, _mm_and_si128(_mm_srli_epi16(qs, 4), mask), d);
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

void lk_attention_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(widen);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
