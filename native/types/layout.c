#include "types/interleave.h"

static void interleave(uint8_t *dst, const uint8_t *const rows[LK_PANEL_ROWS], int64_t offset, int32_t bytes,
                       int32_t unit) {
    if (unit == 4)
        lk_interleave_quads(dst, rows, offset, bytes / 4);
    else if (unit == 2)
        lk_interleave_pairs(dst, rows, offset, bytes / 2);
    else
        lk_interleave_bytes(dst, rows, offset, bytes / unit, unit);
}

void lk_chunk_from_rows(const lk_type_kernels *type, uint8_t *chunk, const uint8_t *rows, int64_t row_stride,
                        int32_t row_count, int32_t n) {
    static const uint8_t zeros[LK_PANEL_LENGTH * sizeof(float)];
    const uint8_t *row[LK_PANEL_ROWS];
    for (int32_t r = 0; r < LK_PANEL_ROWS; r++) row[r] = r < row_count ? rows + r * row_stride : zeros;
    const lk_field *field = type->layout->fields;
    if (type->block_length == 1) {
        interleave(chunk, row, 0, n * field->bytes, field->unit);
        return;
    }
    const int32_t blocks = n / type->block_length;
    for (; field->bytes != 0; field++)
        for (int32_t b = 0; b < blocks; b++, chunk += LK_PANEL_ROWS * field->bytes)
            interleave(chunk, row, b * type->block_bytes + field->offset, field->bytes, field->unit);
}

void lk_row_from_chunk(const lk_type_kernels *type, uint8_t *row, const uint8_t *chunk, int32_t r,
                       int32_t n) {
    const int32_t blocks = n / type->block_length;
    for (const lk_field *field = type->layout->fields; field->bytes != 0; field++)
        for (int32_t b = 0; b < blocks; b++, chunk += LK_PANEL_ROWS * field->bytes) {
            uint8_t *to = row + b * type->block_bytes + field->offset;
            for (int32_t i = 0; i < field->bytes; i += field->unit)
                memcpy(to + i, chunk + i * LK_PANEL_ROWS + r * field->unit, (size_t)field->unit);
        }
}

void lk_panels_from_rows(const lk_type_kernels *type, uint8_t *panels, const uint8_t *rows, int64_t row_count,
                         int64_t k) {
    const int64_t row_bytes = k / type->block_length * type->block_bytes;
    int64_t r = 0;
    for (; r + LK_PANEL_ROWS <= row_count; r += LK_PANEL_ROWS, rows += LK_PANEL_ROWS * row_bytes) {
        const uint8_t *from = rows;
        for (int64_t i = 0; i < k; i += LK_PANEL_LENGTH) {
            const int32_t n = k - i < LK_PANEL_LENGTH ? (int32_t)(k - i) : LK_PANEL_LENGTH;
            lk_chunk_from_rows(type, panels, from, row_bytes, LK_PANEL_ROWS, n);
            from += n / type->block_length * type->block_bytes;
            panels += lk_chunk_bytes(type, n);
        }
    }
    memcpy(panels, rows, (size_t)((row_count - r) * row_bytes));
}
