#include "types/matmul.h"

static double activation_at(const lk_weight_format *format, const void *column, int64_t i) {
    if (!lk_format_is_quantized(format)) return ((const float *)column)[i];
    const lk_block_a8 *block = (const lk_block_a8 *)column + i / LK_BLOCK_LENGTH_A8;
    int64_t within = i % LK_BLOCK_LENGTH_A8;
    return (double)block->d[within / 32] * block->q[within];
}

static double dot(const lk_weight_format *format, const uint8_t *row, const void *column, int32_t k) {
    float weights[LK_CHUNK];
    double sum = 0;
    for (int64_t i = 0; i < k; i += LK_CHUNK) {
        int64_t n = k - i < LK_CHUNK ? k - i : LK_CHUNK;
        format->dequantize(weights, row + lk_format_offset(format, i), n);
        for (int64_t j = 0; j < n; j++) sum += weights[j] * activation_at(format, column, i + j);
    }
    return sum;
}

void lk_matmul_reference(const lk_weight_format *format, LK_MATMUL_PARAMETERS) {
    for (int64_t c = 0; c < columns; c++)
        for (int64_t r = 0; r < rows; r++)
            dst[c * dst_stride + r] =
                (float)dot(format, (const uint8_t *)w + r * w_stride, (const uint8_t *)x + c * x_stride, k);
}
