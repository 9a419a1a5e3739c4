#include "types/layout.h"
#include <string.h>

/* Units of `unit` bytes of 16 rows, interleaved; the compiler knows the unit. */
static inline void interleave(uint8_t *dst, const uint8_t *src, int64_t stride, int32_t rows, int32_t units,
                              const int32_t unit) {
    for (int32_t i = 0; i < units; i++)
        for (int32_t r = 0; r < LK_PANEL_ROWS; r++) {
            uint8_t *to = dst + (i * LK_PANEL_ROWS + r) * unit;
            if (r < rows)
                memcpy(to, src + r * stride + i * unit, (size_t)unit);
            else
                memset(to, 0, (size_t)unit);
        }
}

static void interleave_field(uint8_t *dst, const uint8_t *src, int64_t stride, int32_t rows,
                             const lk_field *field) {
    const int32_t units = field->bytes / field->unit;
    if (field->unit == 4)
        interleave(dst, src, stride, rows, units, 4);
    else if (field->unit == 2)
        interleave(dst, src, stride, rows, units, 2);
    else
        interleave(dst, src, stride, rows, units, field->unit);
}

void lk_chunk_from_rows(const lk_type_kernels *type, uint8_t *chunk, const uint8_t *rows, int64_t row_stride,
                        int32_t row_count, int32_t n) {
    const int32_t blocks = n / type->block_length;
    for (const lk_field *field = type->layout->fields; field->bytes != 0; field++)
        for (int32_t b = 0; b < blocks; b++, chunk += LK_PANEL_ROWS * field->bytes)
            interleave_field(chunk, rows + b * type->block_bytes + field->offset, row_stride, row_count,
                             field);
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
