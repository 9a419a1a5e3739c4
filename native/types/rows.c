#include "types/rows.h"

enum { MOST_ROW_BYTES = LK_PANEL_LENGTH * 4 };

void lk_product_weights(const lk_type_kernels *type, const lk_product *product, float *dst, int32_t r,
                        int32_t i, int32_t n) {
    const int64_t before = (int64_t)(i / type->block_length) * type->block_bytes;
    const int32_t group = r / LK_PANEL_ROWS * LK_PANEL_ROWS;
    if (product->layout == LK_LAYOUT_PLAIN || group + LK_PANEL_ROWS > product->rows) {
        type->dequantize(dst, product->w + r * product->w_stride + before, n);
        return;
    }
    uint8_t blocks[MOST_ROW_BYTES];
    const uint8_t *chunk = product->w + group * product->w_stride + LK_PANEL_ROWS * before;
    lk_row_from_chunk(type, blocks, chunk, r - group, n);
    type->dequantize(dst, blocks, n);
}
