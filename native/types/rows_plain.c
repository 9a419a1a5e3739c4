#include "types/rows.h"
#include <string.h>

/* Rows dequantized together, so that a column's chunk is converted once for all of them. */
#define TILE_ROWS 8

/* Elements [i, i + n) of a column as floats, followed by zeros up to a whole chunk. */
static void load_activations(float *dst, int32_t type, const void *column, int32_t i, int32_t n) {
    if (type != LK_TYPE_A8) {
        lk_type_find(type)->dequantize(dst, (const uint8_t *)column + i * lk_row_bytes(type, 1), n);
        memset(dst + n, 0, (size_t)(LK_PANEL_LENGTH - n) * sizeof *dst);
        return;
    }
    const lk_block_a8 *block = (const lk_block_a8 *)column + i / LK_BLOCK_LENGTH_A8;
    for (int j = 0; j < LK_PANEL_LENGTH; j++) dst[j] = block->d[j / 32] * block->q[j];
}

/* Lanes of partial sums, as a compiler for any vector unit can keep them. */
static float dot_chunk(const float *a, const float *b) {
    float lanes[8] = {0};
    for (int i = 0; i < LK_PANEL_LENGTH; i += 8)
        for (int lane = 0; lane < 8; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/* Chunk [i, i + n) of rows [r, r + rows) with all columns. */
static void add_chunk(const lk_type_kernels *type, const lk_product *product, int32_t r, int32_t rows,
                      int32_t i, int32_t n) {
    float weights[TILE_ROWS][LK_PANEL_LENGTH];
    float activations[LK_PANEL_LENGTH];
    for (int32_t t = 0; t < rows; t++) {
        lk_product_weights(type, product, weights[t], r + t, i, n);
        memset(weights[t] + n, 0, (size_t)(LK_PANEL_LENGTH - n) * sizeof(float));
    }
    for (int32_t c = 0; c < product->columns; c++) {
        const bool first = i == 0 && c % product->planes == 0 && !product->add;
        float *dst = product->dst + c / product->planes * product->dst_stride + r;
        load_activations(activations, product->x_type, product->x + c * product->x_stride, i, n);
        for (int32_t t = 0; t < rows; t++) {
            const float sum = dot_chunk(weights[t], activations);
            dst[t] = first ? sum : dst[t] + sum;
        }
    }
}

void lk_product_plain(const lk_type_kernels *type, const lk_product *product) {
    for (int32_t r = 0; r < product->rows; r += TILE_ROWS) {
        const int32_t rows = product->rows - r < TILE_ROWS ? product->rows - r : TILE_ROWS;
        for (int32_t i = 0; i < product->k; i += LK_PANEL_LENGTH) {
            const int32_t n = product->k - i < LK_PANEL_LENGTH ? product->k - i : LK_PANEL_LENGTH;
            add_chunk(type, product, r, rows, i, n);
        }
    }
}
