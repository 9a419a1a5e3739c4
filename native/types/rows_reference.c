#include "types/float16.h"
#include "types/rows.h"

static double activation_at(const lk_product *product, const void *column, int64_t i) {
    if (product->x_type == LK_TYPE_F32) return ((const float *)column)[i];
    if (product->x_type == LK_TYPE_BF16) return lk_float_from_bf16(((const uint16_t *)column)[i]);
    const lk_block_a8 *block = (const lk_block_a8 *)column + i / LK_BLOCK_LENGTH_A8;
    const int64_t within = i % LK_BLOCK_LENGTH_A8;
    return (double)block->d[within / 32] * block->q[within];
}

static double dot(const lk_type_kernels *type, const lk_product *product, int32_t r, int32_t c) {
    float weights[LK_PANEL_LENGTH];
    double sum = 0;
    for (int32_t i = 0; i < product->k; i += LK_PANEL_LENGTH) {
        const int32_t n = product->k - i < LK_PANEL_LENGTH ? product->k - i : LK_PANEL_LENGTH;
        lk_product_weights(type, product, weights, r, i, n);
        for (int32_t j = 0; j < n; j++)
            sum += weights[j] * activation_at(product, product->x + c * product->x_stride, i + j);
    }
    return sum;
}

void lk_product_reference(const lk_type_kernels *type, const lk_product *product) {
    for (int32_t c = 0; c < product->columns / product->planes; c++)
        for (int32_t r = 0; r < product->rows; r++) {
            float *dst = product->dst + c * product->dst_stride + r;
            double sum = product->add ? *dst : 0;
            for (int32_t p = 0; p < product->planes; p++)
                sum += dot(type, product, r, c * product->planes + p);
            *dst = (float)sum;
        }
}
