#include "ops/simd_neon.h"

enum { TILE_VECTORS = 4 };

#include "ops/attention/kernels.h"
#include <string.h>

static void widen_f16(float *dst, const uint8_t *src, int64_t n) {
    const uint16_t *halves = (const uint16_t *)(const void *)src;
    for (int64_t i = 0; i < n; i += 4) {
        uint16_t rest[4] = {0};
        memcpy(rest, halves + i, (size_t)(n - i < 4 ? n - i : 4) * sizeof *rest);
        vst1q_f32(dst + i, vcvt_f32_f16(vreinterpret_f16_u16(vld1_u16(rest))));
    }
}

static void widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows) {
    if (cache->type != LK_TYPE_F16) {
        lk_flash_widen(dst, dst_stride, cache, src, rows);
        return;
    }
    for (int64_t row = 0; row < rows; row++)
        widen_f16(dst + row * dst_stride, src + row * cache->strides[1], cache->dims[0]);
}

void lk_attention_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(widen);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
