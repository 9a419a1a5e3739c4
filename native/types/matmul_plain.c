#include "types/matmul.h"
#include <string.h>

/* Rows dequantized together, so that a column's chunk is converted once for all of them. */
#define TILE_ROWS 8

/* Elements [i, i + n) of a column as floats, followed by zeros up to LK_CHUNK. */
static void load_activations(float *dst, const lk_weight_format *format, const void *column, int64_t i,
                             int64_t n) {
    if (!lk_format_is_quantized(format)) {
        memcpy(dst, (const float *)column + i, (size_t)n * sizeof *dst);
        memset(dst + n, 0, (size_t)(LK_CHUNK - n) * sizeof *dst);
        return;
    }
    const lk_block_a8 *block = (const lk_block_a8 *)column + i / LK_BLOCK_LENGTH_A8;
    for (int j = 0; j < LK_CHUNK; j++) dst[j] = block->d[j / 32] * block->q[j];
}

/* Lanes of partial sums, as a compiler for any vector unit can keep them. */
static float dot_chunk(const float *a, const float *b) {
    float lanes[8] = {0};
    for (int i = 0; i < LK_CHUNK; i += 8)
        for (int lane = 0; lane < 8; lane++) lanes[lane] += a[i + lane] * b[i + lane];
    return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

static void add_chunk(const lk_weight_format *format, float *dst, int64_t dst_stride, const uint8_t *w,
                      int64_t w_stride, int64_t rows, const uint8_t *x, int64_t x_stride, int32_t columns,
                      int64_t i, int64_t n) {
    float weights[TILE_ROWS][LK_CHUNK];
    float activations[LK_CHUNK];
    for (int64_t r = 0; r < rows; r++) {
        format->dequantize(weights[r], w + r * w_stride + lk_format_offset(format, i), n);
        memset(weights[r] + n, 0, (size_t)(LK_CHUNK - n) * sizeof(float));
    }
    for (int64_t c = 0; c < columns; c++) {
        load_activations(activations, format, x + c * x_stride, i, n);
        for (int64_t r = 0; r < rows; r++) dst[c * dst_stride + r] += dot_chunk(weights[r], activations);
    }
}

void lk_matmul_plain(const lk_weight_format *format, LK_MATMUL_PARAMETERS) {
    for (int64_t c = 0; c < columns; c++) memset(dst + c * dst_stride, 0, (size_t)rows * sizeof *dst);
    for (int64_t r = 0; r < rows; r += TILE_ROWS) {
        int64_t tile_rows = rows - r < TILE_ROWS ? rows - r : TILE_ROWS;
        for (int64_t i = 0; i < k; i += LK_CHUNK)
            add_chunk(format, dst + r, dst_stride, (const uint8_t *)w + r * w_stride, w_stride, tile_rows, x,
                      x_stride, columns, i, k - i < LK_CHUNK ? k - i : LK_CHUNK);
    }
}
