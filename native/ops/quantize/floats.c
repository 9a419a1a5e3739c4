#include "ops/quantize/floats.h"

void lk_quantize_floats(lk_isa isa, lk_block_a8 *dst, const float *x, int64_t stride, int64_t n,
                        int64_t rows) {
    const lk_op_impl *quantize = lk_op_find(LK_OPCODE_QUANTIZE);
    const lk_op_state op = {
        .rows = rows,
        .src[0] = {.data = (uint8_t *)(uintptr_t)x,
                   .type = LK_TYPE_F32,
                   .dims = {n, rows, 1, 1},
                   .strides = {sizeof(float), stride * (int64_t)sizeof(float)}},
        .dst = {.data = (uint8_t *)dst,
                .type = LK_TYPE_A8,
                .dims = {n, rows, 1, 1},
                .strides = {sizeof(lk_block_a8), lk_row_bytes(LK_TYPE_A8, n)}},
    };
    int32_t best = isa;
    while (quantize->run[best] == NULL) best--;
    quantize->run[best](&op, 0, rows, NULL);
}

void lk_quantized_to_floats(float *dst, const lk_block_a8 *row, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        const lk_block_a8 *block = &row[i / LK_BLOCK_LENGTH_A8];
        const int64_t within = i % LK_BLOCK_LENGTH_A8;
        dst[i] = block->d[within / 32] * block->q[within];
    }
}
