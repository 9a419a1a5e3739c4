#include "types/product.h"
#include "core/cpu_features.h"
#include "types/dense.h"
#include "types/few.h"
#include "types/panel.h"
#include "types/rows.h"
#include <string.h>

enum { MOST_PANELS = 2, MOST_CHUNKS = 2, BESIDE_COLUMNS = 16, AHEAD = 2048 };

const lk_panel_products *lk_panel_products_of(lk_isa isa) {
#if defined(__x86_64__)
    if (isa == LK_ISA_AVX512) return &lk_panel_products_avx512;
    if (isa == LK_ISA_AVX2) return &lk_panel_products_avx2;
#elif defined(__aarch64__)
    if (isa != LK_ISA_NEON) return NULL;
    if (!lk_cpu_has_dotprod()) return &lk_panel_products_neon;
    return lk_cpu_has_i8mm() ? &lk_panel_products_neon_i8mm : &lk_panel_products_neon_dotprod;
#endif
    return NULL;
}

/* A few panels' worth of rows: what a run over k needs to know. */
typedef struct strip {
    const lk_type_kernels *type;
    const lk_panel_products *products;
    const lk_panel_kind *kind;
    lk_unpack_fn unpack;
    const lk_product *product;
    int32_t first_row, rows;
} strip;

static inline int32_t least(int32_t a, int32_t b) {
    return a < b ? a : b;
}

/* The chunk of the strip's first panel that is AHEAD weights after i, in the next strip where k ends. */
static const uint8_t *chunk_ahead(const strip *s, int32_t i) {
    const lk_product *p = s->product;
    const int32_t at = i + least(AHEAD, p->k);
    const int64_t row = at < p->k ? s->first_row : s->first_row + s->rows;
    const int64_t block = (at < p->k ? at : at - p->k) / s->type->block_length;
    return p->w + row * p->w_stride + block * s->type->block_bytes * LK_PANEL_ROWS;
}

/* Weights [i, i + n) of the panel's rows, at most 16, into it. */
static void unpack_chunk(const strip *s, lk_panel *panel, int32_t row, int32_t i, int32_t n) {
    const lk_product *p = s->product;
    const lk_type_kernels *type = s->type;
    const int32_t rows = least(LK_PANEL_ROWS, s->first_row + s->rows - row);
    const uint8_t *group = p->w + row * p->w_stride;
    const int64_t before = (int64_t)(i / type->block_length) * type->block_bytes;
    if (p->layout == LK_LAYOUT_PANELS && rows == LK_PANEL_ROWS) {
        s->unpack(panel, group + before * LK_PANEL_ROWS, n);
        return;
    }
    _Alignas(64) uint8_t chunk[LK_PANEL_ROWS * LK_PANEL_LENGTH * 4];
    lk_chunk_from_rows(type, chunk, group + before, p->w_stride, rows, n);
    s->unpack(panel, chunk, n);
}

/* Rows of no whole panel have no place of their own for 16 results. */
static void multiply_beside(const strip *s, lk_panel_product_fn multiply, lk_panel_product part) {
    float *dst = part.dst;
    const int32_t columns = part.columns;
    const bool first = part.first;
    float beside[BESIDE_COLUMNS * LK_PANEL_ROWS * MOST_PANELS];
    part.first = true;
    for (int32_t c = 0; c < columns; c += BESIDE_COLUMNS, part.x += BESIDE_COLUMNS * part.x_stride) {
        part.columns = least(BESIDE_COLUMNS, columns - c);
        part.dst = beside;
        part.dst_stride = LK_PANEL_ROWS * MOST_PANELS;
        multiply(&part);
        for (int32_t j = 0; j < part.columns / part.planes; j++)
            for (int32_t r = 0; r < s->rows; r++) {
                float *to = dst + (c / part.planes + j) * s->product->dst_stride + r;
                *to = (first ? 0 : *to) + beside[j * part.dst_stride + r];
            }
    }
}

/* Weights [i, i + n) of the strip, a chunk after the other of all its panels. While they are unpacked and
 * multiplied nothing would be on its way from memory, so what comes AHEAD is asked for, evenly over that
 * time: half of it here, the other by the product. */
static void unpack_step(const strip *s, lk_panel *panel, int32_t panel_count, int32_t i, int32_t n) {
    const bool panels = s->product->layout == LK_LAYOUT_PANELS;
    const uint8_t *ahead = chunk_ahead(s, i);
    for (int32_t j = 0; j < n; j += LK_PANEL_LENGTH) {
        const int32_t length = least(LK_PANEL_LENGTH, n - j);
        const int64_t bytes = lk_chunk_bytes(s->type, length) / 2;
        for (int32_t r = 0; r < panel_count; r++, panel++, ahead += bytes) {
            if (panels) lk_ask_for(ahead, bytes);
            unpack_chunk(s, panel, s->first_row + r * LK_PANEL_ROWS, i + j, length);
        }
    }
}

static void multiply_strip(const strip *s) {
    const lk_product *p = s->product;
    const int32_t panel_count = (s->rows + LK_PANEL_ROWS - 1) / LK_PANEL_ROWS;
    const int32_t step = LK_PANEL_LENGTH * s->products->chunks;
    const bool asks = p->layout == LK_LAYOUT_PANELS;
    const int64_t chunk_bytes = lk_chunk_bytes(s->type, LK_PANEL_LENGTH);
    lk_panel panels[MOST_CHUNKS * MOST_PANELS];
    for (int32_t i = 0; i < p->k; i += step) {
        const int32_t n = least(step, p->k - i);
        unpack_step(s, panels, panel_count, i, n);
        const int64_t asked =
            panel_count > 1 ? LK_PANEL_ROWS * p->w_stride : n * chunk_bytes / (2 * LK_PANEL_LENGTH);
        const lk_panel_product part = {.kind = *s->kind,
                                       .panels = panels,
                                       .panel_count = panel_count,
                                       .n = n,
                                       .x = p->x + i / LK_BLOCK_LENGTH_A8 * LK_BLOCK_BYTES_A8,
                                       .x_stride = p->x_stride,
                                       .columns = p->columns,
                                       .planes = p->planes,
                                       .first = i == 0 && !p->add,
                                       .dst = p->dst + s->first_row,
                                       .dst_stride = p->dst_stride,
                                       .next = chunk_ahead(s, i) + asked,
                                       .next_bytes = asks ? (int32_t)chunk_bytes * panel_count / 16 : 0};
        if (s->rows % LK_PANEL_ROWS != 0)
            multiply_beside(s, s->products->multiply, part);
        else
            s->products->multiply(&part);
    }
}

static void multiply_panels(const lk_type_kernels *type, lk_isa isa, const lk_panel_products *products,
                            const lk_product *product) {
    const int32_t most = LK_PANEL_ROWS * products->panel_count;
    for (int32_t r = 0; r < product->rows;) {
        int32_t rows = least(most, product->rows - r);
        if (rows > LK_PANEL_ROWS) rows = rows / LK_PANEL_ROWS * LK_PANEL_ROWS;
        const strip s = {type, products, lk_type_panel(type, isa), lk_type_unpack(type, isa), product,
                         r,    rows};
        multiply_strip(&s);
        r += rows;
    }
}

/* Weights of the rows that few columns are multiplied with straight from memory: whole steps, or all. */
static int32_t few_weights(const lk_type_kernels *type, const lk_panel_products *products,
                           const lk_product *p) {
    const int32_t step = LK_PANEL_LENGTH * products->chunks;
    if (p->layout != LK_LAYOUT_PANELS || p->columns > LK_FEW_COLUMNS || p->rows < LK_PANEL_ROWS) return 0;
    return p->k % lk_few_granule(type) == 0 ? p->k : p->k / step * step;
}

/* The first k weights of whole panels. */
static void multiply_few(const lk_type_kernels *type, lk_few_fn few, const lk_product *p, int32_t k) {
    const lk_few_product part = {.w = p->w,
                                 .w_stride = p->w_stride,
                                 .groups = p->rows / LK_PANEL_ROWS,
                                 .k = k,
                                 .chunk_bytes = lk_chunk_bytes(type, LK_PANEL_LENGTH),
                                 .x = p->x,
                                 .x_stride = p->x_stride,
                                 .columns = p->columns,
                                 .planes = p->planes,
                                 .add = p->add,
                                 .dst = p->dst,
                                 .dst_stride = p->dst_stride};
    few(&part);
}

/* What few columns leave to be done: the ends of the rows of whole panels, then the rows of no whole one. */
static void multiply_rest(const lk_type_kernels *type, lk_isa isa, const lk_panel_products *products,
                          const lk_product *p, int32_t done) {
    lk_product ends = *p, rows = *p;
    ends.rows = p->rows / LK_PANEL_ROWS * LK_PANEL_ROWS;
    ends.w += lk_chunk_bytes(type, done);
    ends.x += done / LK_BLOCK_LENGTH_A8 * LK_BLOCK_BYTES_A8;
    ends.k -= done;
    ends.add = true;
    if (ends.k > 0) multiply_panels(type, isa, products, &ends);
    rows.rows -= ends.rows;
    rows.w += ends.rows * p->w_stride;
    rows.dst += ends.rows;
    if (rows.rows > 0) multiply_panels(type, isa, products, &rows);
}

static void multiply(const lk_type_kernels *type, lk_isa isa, const lk_panel_products *products,
                     const lk_product *product) {
    const lk_few_fn few = lk_few_find(type, isa);
    const int32_t k = few == NULL ? 0 : few_weights(type, products, product);
    if (k == 0) {
        multiply_panels(type, isa, products, product);
        return;
    }
    multiply_few(type, few, product, k);
    multiply_rest(type, isa, products, product, k);
}

bool lk_product_reads(const lk_type_kernels *type, lk_isa isa, int32_t layout) {
    if (layout == LK_LAYOUT_PLAIN || isa <= LK_ISA_PLAIN) return true;
    return lk_type_has(type, isa);
}

int32_t lk_product_activation(const lk_type_kernels *type, lk_isa isa) {
    const bool pairs = type->type == LK_TYPE_BF16 && isa == LK_ISA_AVX512 && lk_cpu_has_bf16_products();
    return pairs ? LK_TYPE_BF16 : lk_type_activation(type->type);
}

bool lk_product_takes(const lk_type_kernels *type, lk_isa isa, int32_t activation) {
    if (!lk_type_has(type, isa) || !lk_type_multiplies(type->type, activation)) return false;
    return activation != LK_TYPE_BF16 || isa <= LK_ISA_PLAIN ||
           lk_product_activation(type, isa) == activation;
}

void lk_product_run(const lk_type_kernels *type, lk_isa isa, const lk_product *product) {
    if (isa == LK_ISA_REFERENCE)
        lk_product_reference(type, product);
    else if (isa == LK_ISA_PLAIN)
        lk_product_plain(type, product);
    else if (type->block_length == 1)
        lk_dense_run(type, isa, product);
    else
        multiply(type, isa, lk_panel_products_of(isa), product);
}
