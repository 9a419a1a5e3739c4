#include "types/dense.h"
#include "types/columns.h"
#include <string.h>

enum {
    MANY_COLUMNS = 12,
    BESIDE_COLUMNS = 16,
    MOST_BYTES = 4,
    GATHERED_PANELS = 4,
    STRIP_BYTES = 1 << 19 /* of weights: half of the second cache */
};

static inline int32_t least(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* Rows that are multiplied together: whole panels, or the last ones. */
typedef struct strip {
    const lk_type_kernels *type;
    const lk_product *product;
    int32_t first_row, rows;
    int32_t length; /* of k, multiplied at once */
} strip;

/* Fewer than 16 rows have no place of their own for 16 results. */
static void multiply_beside(const strip *s, lk_dense_fn multiply, lk_dense_product part) {
    float beside[BESIDE_COLUMNS * LK_PANEL_ROWS];
    float *dst = part.dst;
    const int32_t columns = part.columns;
    const bool first = part.first;
    part.first = true;
    part.dst = beside;
    part.dst_stride = LK_PANEL_ROWS;
    for (int32_t c = 0; c < columns; c += BESIDE_COLUMNS, part.x += BESIDE_COLUMNS * part.x_stride) {
        part.columns = least(BESIDE_COLUMNS, columns - c);
        multiply(&part);
        for (int32_t j = 0; j < part.columns; j++, dst += s->product->dst_stride)
            for (int32_t r = 0; r < s->rows; r++)
                dst[r] = (first ? 0 : dst[r]) + beside[j * LK_PANEL_ROWS + r];
    }
}

/* Where weights [i, i + n) of the strip lie in panels. What is asked for lies one chunk ahead; where
 * chunks are multiplied one by one, at the end of the panels in those of the next strip. */
static void read_panels(const strip *s, lk_dense_product *part, int32_t i) {
    const lk_product *p = s->product;
    const int64_t chunk = lk_chunk_bytes(s->type, LK_PANEL_LENGTH);
    part->w = p->w + s->first_row * p->w_stride + i * chunk / LK_PANEL_LENGTH;
    part->panel_stride = LK_PANEL_ROWS * p->w_stride;
    part->ahead = chunk;
    if (s->length == LK_PANEL_LENGTH && i + s->length >= p->k)
        part->ahead += (part->panel_count - 1) * part->panel_stride;
}

/* The same weights of rows in GGUF's order, gathered in chunks. */
static void gather_rows(const strip *s, lk_dense_product *part, uint8_t *chunks, int32_t i) {
    const lk_product *p = s->product;
    part->w = chunks;
    part->panel_stride = lk_chunk_bytes(s->type, part->n);
    part->ahead = 0;
    for (int32_t r = 0; r < s->rows; r += LK_PANEL_ROWS, chunks += part->panel_stride)
        lk_chunk_from_rows(s->type, chunks,
                           p->w + (s->first_row + r) * p->w_stride + i * s->type->block_bytes, p->w_stride,
                           least(LK_PANEL_ROWS, s->rows - r), part->n);
}

static void multiply_strip(const strip *s, lk_dense_fn multiply) {
    _Alignas(64) uint8_t chunks[GATHERED_PANELS * LK_PANEL_ROWS * LK_PANEL_LENGTH * MOST_BYTES];
    const lk_product *p = s->product;
    const bool whole = s->rows % LK_PANEL_ROWS == 0;
    for (int32_t i = 0; i < p->k; i += s->length) {
        lk_dense_product part = {.panel_count = (s->rows + LK_PANEL_ROWS - 1) / LK_PANEL_ROWS,
                                 .n = least(s->length, p->k - i),
                                 .x = p->x + i * lk_row_bytes(p->x_type, 1),
                                 .x_stride = p->x_stride,
                                 .columns = p->columns,
                                 .first = i == 0 && !p->add,
                                 .dst = p->dst + s->first_row,
                                 .dst_stride = p->dst_stride};
        if (whole && p->layout == LK_LAYOUT_PANELS)
            read_panels(s, &part, i);
        else
            gather_rows(s, &part, chunks, i);
        if (whole)
            multiply(&part);
        else
            multiply_beside(s, multiply, part);
    }
}

/* The rows from r on. With AVX-512 many columns meet panels that fill half of the second cache, a few at a
 * time and over much of k: they are read in long runs. */
static strip strip_from(const lk_type_kernels *type, lk_isa isa, const lk_product *product, int32_t r) {
    const bool many = product->columns >= MANY_COLUMNS, whole = product->rows - r >= LK_PANEL_ROWS;
    const int32_t panels = many ? GATHERED_PANELS : 2;
    strip s = {type, product, r, panels * LK_PANEL_ROWS, LK_PANEL_LENGTH};
    if (many && whole && isa == LK_ISA_AVX512 && product->layout == LK_LAYOUT_PANELS) {
        s.length = LK_DENSE_LENGTH;
        s.rows = STRIP_BYTES / LK_DENSE_LENGTH / type->block_bytes;
    }
    s.rows = least(s.rows, product->rows - r);
    if (whole) s.rows = s.rows / LK_PANEL_ROWS * LK_PANEL_ROWS;
    return s;
}

void lk_dense_run(const lk_type_kernels *type, lk_isa isa, const lk_product *product) {
    const bool pairs = product->x_type == LK_TYPE_BF16;
    const lk_dense_fn multiply = pairs ? X86_KERNEL(1, lk_bf16_multiply_avx512_bf16) : type->multiply[isa];
    for (int32_t r = 0; r < product->rows;) {
        const strip s = strip_from(type, isa, product, r);
        multiply_strip(&s, multiply);
        r += s.rows;
    }
}
