/* LK_LAYOUT_PANELS: how the rows of a matrix lie when 16 of them are computed together.
 *
 * A matrix is cut into groups of 16 rows, of the bytes that they have in GGUF's order; rows that make no
 * whole group keep that order, at the end. A group is cut along k into chunks of 256 weights (the last may be
 * shorter). In a chunk the fields of the blocks follow each other, in the order that layout.c lists: a field
 * of all blocks, block after block, and of a block the field's units of 16 rows, row after row. So 64 bytes
 * of quants are 4 of each row, and the scales of 16 rows are a vector. Blocks of single elements are one
 * field together, whose last unit may be shorter. */
#ifndef LK_LAYOUT_H
#define LK_LAYOUT_H

#include "core/kernel.h"

#define LK_PANEL_ROWS 16
#define LK_PANEL_LENGTH 256

typedef struct lk_field {
    int32_t offset, bytes; /* in the block; bytes are 0 after the last field */
    int32_t unit;          /* bytes of a row before the next row's */
} lk_field;

/* What all panels of a type have alike. Weight k of row r is
 * scale[k / group][r] (q[k][r] - offset) + minimum[k / minimums][r]. */
typedef struct lk_panel_kind {
    int32_t group;    /* weights that share a scale: 16 or 32; 1 where panels are floats */
    int32_t minimums; /* weights that share a minimum: 16 or 32, not more than share a scale; 0 where there
                         are none */
    int32_t offset;
    int32_t most; /* the largest q */
} lk_panel_kind;

struct lk_weight_layout {
    lk_panel_kind panel;
    lk_field fields[6]; /* in the order of the layout, ended by a field of no bytes */
};

#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon)                                       \
    extern const lk_weight_layout lk_##lower##_layout;
#include "lk_types.inc"
#undef LK_TYPE

/* Bytes of a chunk of 16 rows by n weights. */
static inline int64_t lk_chunk_bytes(const lk_type_kernels *type, int32_t n) {
    return (int64_t)LK_PANEL_ROWS * (n / type->block_length) * type->block_bytes;
}

/* A chunk of n weights of up to 16 rows in GGUF's order, row_stride bytes apart, to the panel's order. Rows
 * from `rows` on become zero bytes. */
void lk_chunk_from_rows(const lk_type_kernels *type, uint8_t *chunk, const uint8_t *rows, int64_t row_stride,
                        int32_t row_count, int32_t n);

/* One row of a chunk of n weights, back in GGUF's order. */
void lk_row_from_chunk(const lk_type_kernels *type, uint8_t *row, const uint8_t *chunk, int32_t r, int32_t n);

/* A matrix, or whole groups of its rows, to panels. */
void lk_panels_from_rows(const lk_type_kernels *type, uint8_t *panels, const uint8_t *rows, int64_t row_count,
                         int64_t k);

#endif
