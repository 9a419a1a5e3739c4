#include "ops/simd_plain.h"

enum { TILE_VECTORS = 1 };

#include "ops/attention/kernels.h"

static void widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows) {
    const lk_dequantize_fn dequantize = lk_type_find(cache->type)->dequantize;
    for (int64_t row = 0; row < rows; row++)
        dequantize(dst + row * dst_stride, src + row * cache->strides[1], cache->dims[0]);
}

static void turn(float *columns, lk_flash_rows rows, const lk_view *cache, const uint8_t *src,
                 lk_attention_span keys) {
    turn_widened(columns, rows, cache, src, keys);
}

void lk_attention_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(LK_ISA_PLAIN, NULL);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
