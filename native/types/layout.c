#include "types/interleave.h"

/* Bytes that make no whole unit at the end are one of their own. */
static void interleave(uint8_t *dst, const uint8_t *const rows[LK_PANEL_ROWS], int64_t offset, int32_t bytes,
                       int32_t unit) {
    const int32_t units = bytes / unit, whole = units * unit;
    if (unit == 4)
        lk_interleave_quads(dst, rows, offset, units);
    else if (unit == 2)
        lk_interleave_pairs(dst, rows, offset, units);
    else
        lk_interleave_bytes(dst, rows, offset, units, unit);
    if (whole < bytes)
        lk_interleave_bytes(dst + whole * LK_PANEL_ROWS, rows, offset + whole, 1, bytes - whole);
}

/* The bytes of row r among the interleaved ones of 16 rows. */
static void take_row(uint8_t *row, const uint8_t *interleaved, int32_t r, int32_t bytes, int32_t unit) {
    for (int32_t i = 0; i < bytes; i += unit) {
        const int32_t taken = bytes - i < unit ? bytes - i : unit;
        memcpy(row + i, interleaved + i * LK_PANEL_ROWS + r * taken, (size_t)taken);
    }
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
    const lk_field *field = type->layout->fields;
    if (type->block_length == 1) {
        take_row(row, chunk, r, n * field->bytes, field->unit);
        return;
    }
    const int32_t blocks = n / type->block_length;
    for (; field->bytes != 0; field++)
        for (int32_t b = 0; b < blocks; b++, chunk += LK_PANEL_ROWS * field->bytes)
            take_row(row + b * type->block_bytes + field->offset, chunk, r, field->bytes, field->unit);
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
