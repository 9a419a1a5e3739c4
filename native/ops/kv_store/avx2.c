#include "ops/kv_store/store.h"
#include "ops/vector_avx2.h"

static void narrow(uint16_t *dst, const float *src, int64_t n) {
    int64_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m128i half = _mm256_cvtps_ph(_mm256_loadu_ps(src + i), _MM_FROUND_TO_NEAREST_INT);
        _mm_storeu_si128((__m128i *)(void *)(dst + i), half);
    }
    if (i == n) return;
    uint16_t rest[8];
    __m128i half = _mm256_cvtps_ph(lk_load_avx2(src + i, n - i), _MM_FROUND_TO_NEAREST_INT);
    _mm_storeu_si128((__m128i *)(void *)rest, half);
    memcpy(dst + i, rest, (size_t)(n - i) * sizeof *dst);
}

void lk_kv_store_run_avx2(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) lk_kv_store_row(op, row, narrow);
}
