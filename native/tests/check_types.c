/* Every row of lk_types.inc x every ISA and layout: matrix products against plain double sums, tails, guards,
 * and independence of the other rows and columns. */
#include "core/program.h"
#include "core/cpu_features.h"
#include "core/os.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/weights.h"
#include "types/float16.h"
#include "types/layout.h"
#include "types/product.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 50, MOST_COLUMNS = 13, GAP = 3 };

/* Of 16-row panels: parts, one, two and a half, three and a tail. */
static const int32_t row_counts[] = {1, 2, 9, 16, 17, 32, 40, 50};
static const int32_t column_counts[] = {1, 2, 3, 4, 5, 6, 7, 8, 11, 13};
static const int32_t dense_lengths[] = {1, 3, 8, 9, 30, 33, 64, 255, 256, 257, 576, 0};
static const int32_t block_32_lengths[] = {32, 64, 96, 224, 256, 288, 384, 448, 576, 896, 1056, 0};
static const int32_t block_256_lengths[] = {256, 512, 768, 2048, 0};

/* The largest error that a kernel may have, of ||a - b|| / ||m||: b is the exact product, m the sums of |w
 * x|, beside which cancellation cannot make a rounding look like a fault. REFERENCE rounds once, the others
 * sum in float. */
static double limit_of(lk_isa isa) {
    return isa == LK_ISA_REFERENCE ? 1e-7 : 5e-7;
}

/* A matrix and columns, with rows and columns farther apart than they need to be and at the least alignment.
 */
typedef struct product {
    const lk_type_kernels *type;
    int32_t activation, planes, k;
    int64_t w_stride, x_stride; /* of columns whose planes are adjacent */
    guarded w, x;
    dot_result exact[MOST_COLUMNS][MOST_ROWS];
    float alone[MOST_COLUMNS][MOST_ROWS]; /* one row x one column, of the ISA under check */
} product;

static void find_exact(product *in) {
    for (int c = 0; c < MOST_COLUMNS; ++c)
        for (int r = 0; r < MOST_ROWS; ++r)
            in->exact[c][r] = weights_dot(in->type, in->activation, in->w.data + r * in->w_stride,
                                          in->x.data + c * in->x_stride, in->k);
}

static product *product_create(const lk_type_kernels *type, int32_t activation, int32_t k,
                               random_state *random) {
    product *made = calloc(1, sizeof(*made));
    made->type = type;
    made->activation = activation;
    made->planes = activation == LK_TYPE_A8X2 ? 2 : 1;
    made->k = k;
    made->w_stride = lk_row_bytes(type->type, k) + type->block_bytes;
    made->x_stride = lk_row_bytes(activation, k);
    if (made->planes == 1) made->x_stride += lk_row_bytes(activation, 1);
    const size_t least = type->block_length == 1 && type->block_bytes == 4 ? 4 : 2;
    made->w = guarded_create((size_t)(MOST_ROWS * made->w_stride), least);
    made->x = guarded_create((size_t)(MOST_COLUMNS * made->x_stride), (size_t)lk_type_alignment(activation));
    for (int i = 0; i < MOST_ROWS; ++i) weights_fill(made->w.data + i * made->w_stride, type, k, random);
    for (int i = 0; i < MOST_COLUMNS; ++i)
        activations_fill(made->x.data + i * made->x_stride, activation, k, random);
    find_exact(made);
    return made;
}

/* A row of two planes is two columns. */
static int32_t column_type(const product *in) {
    return in->activation == LK_TYPE_A8X2 ? LK_TYPE_A8 : in->activation;
}

static void product_free(product *made) {
    guarded_free(&made->w);
    guarded_free(&made->x);
    free(made);
}

/* The first rows x columns of the product, whose rows lie in the layout, to dst. */
static void multiply(const product *in, lk_isa isa, int32_t layout, float *dst, int32_t rows,
                     int32_t columns) {
    const int64_t row_bytes = lk_row_bytes(in->type->type, in->k);
    lk_product run = {.dst = dst,
                      .dst_stride = rows + GAP,
                      .w = in->w.data,
                      .w_stride = in->w_stride,
                      .layout = layout,
                      .rows = rows,
                      .x = in->x.data,
                      .x_type = column_type(in),
                      .x_stride = in->x_stride / in->planes,
                      .columns = columns * in->planes,
                      .planes = in->planes,
                      .k = in->k};
    uint8_t *adjacent = malloc((size_t)(rows * row_bytes));
    guarded panels = guarded_create((size_t)(rows * row_bytes), 0);
    if (layout == LK_LAYOUT_PANELS) {
        for (int r = 0; r < rows; ++r)
            memcpy(adjacent + r * row_bytes, in->w.data + r * in->w_stride, (size_t)row_bytes);
        lk_panels_from_rows(in->type, panels.data, adjacent, rows, in->k);
        run.w = panels.data;
        run.w_stride = row_bytes;
    }
    lk_product_run(in->type, isa, &run);
    check_that(guarded_intact(&panels), "%s: the panels were written", in->type->name);
    guarded_free(&panels);
    free(adjacent);
}

static void multiply_alone(product *in, lk_isa isa) {
    for (int c = 0; c < MOST_COLUMNS; ++c)
        for (int r = 0; r < MOST_ROWS; ++r) {
            const lk_product run = {.dst = &in->alone[c][r],
                                    .dst_stride = 1,
                                    .rows = 1,
                                    .columns = in->planes,
                                    .w = in->w.data + r * in->w_stride,
                                    .w_stride = in->w_stride,
                                    .x = in->x.data + c * in->x_stride,
                                    .x_type = column_type(in),
                                    .x_stride = in->x_stride / in->planes,
                                    .layout = LK_LAYOUT_PLAIN,
                                    .planes = in->planes,
                                    .k = in->k};
            lk_product_run(in->type, isa, &run);
        }
}

static double error_of(const product *in, const float *dst, int32_t rows, int32_t columns) {
    double difference = 0, norm = 0;
    for (int c = 0; c < columns; ++c)
        for (int r = 0; r < rows; ++r) {
            const dot_result exact = in->exact[c][r];
            const double error = dst[c * (rows + GAP) + r] - exact.sum;
            difference += error * error;
            norm += exact.magnitude * exact.magnitude;
        }
    return norm > 0 ? sqrt(difference / norm) : sqrt(difference);
}

/* The results are numbers, and what lies between the columns is as it was. */
static bool only_results_written(const guarded *dst, int32_t rows, int32_t columns) {
    const float *values = (const float *)(const void *)dst->data;
    for (int c = 0; c < columns; ++c)
        for (int r = 0; r < rows + GAP; ++r)
            if (guarded_is_poison(values[c * (rows + GAP) + r]) != (r >= rows)) return false;
    return guarded_intact(dst);
}

static bool same_alone(const product *in, const float *dst, int32_t rows, int32_t columns) {
    for (int c = 0; c < columns; ++c)
        if (memcmp(in->alone[c], dst + c * (rows + GAP), sizeof(float) * (size_t)rows) != 0) return false;
    return true;
}

static void check_shape(const product *in, lk_isa isa, int32_t layout, int32_t rows, int32_t columns) {
    char name[96];
    snprintf(name, sizeof(name), "%s x %s %s, layout %d: %d rows x %d columns, k %d", in->type->name,
             lk_type_label(in->activation), lk_isa_name(isa), layout, rows, columns, in->k);
    guarded dst = guarded_create(sizeof(float) * (size_t)(columns * (rows + GAP)), 4);
    float *values = (float *)(void *)dst.data;
    multiply(in, isa, layout, values, rows, columns);
    check_that(only_results_written(&dst, rows, columns), "%s: wrote outside its results, or not all of them",
               name);
    const double error = error_of(in, values, rows, columns);
    check_that(error <= limit_of(isa), "%s: error %.3g, the limit is %.3g", name, error, limit_of(isa));
    check_that(same_alone(in, values, rows, columns), "%s: differs from one row x one column", name);
    guarded_free(&dst);
}

static void check_length(const lk_type_kernels *type, int32_t activation, int32_t k) {
    char name[64];
    snprintf(name, sizeof(name), "%s x %s k %d", type->name, lk_type_label(activation), k);
    random_state random = check_random(name);
    product *in = product_create(type, activation, k, &random);
    for (int isa = 0; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || !lk_product_takes(type, (lk_isa)isa, activation)) continue;
        multiply_alone(in, (lk_isa)isa);
        for (size_t r = 0; r < sizeof(row_counts) / sizeof(*row_counts); ++r)
            for (size_t c = 0; c < sizeof(column_counts) / sizeof(*column_counts); ++c) {
                /* The slow ones need no more than the ends of the lists. */
                if (isa <= LK_ISA_PLAIN && c % 5 != 0) continue;
                check_shape(in, (lk_isa)isa, LK_LAYOUT_PLAIN, row_counts[r], column_counts[c]);
                check_shape(in, (lk_isa)isa, LK_LAYOUT_PANELS, row_counts[r], column_counts[c]);
            }
    }
    check_that(guarded_intact(&in->w) && guarded_intact(&in->x), "%s: a source was written", name);
    product_free(in);
}

/* Every row comes back out of its panel, byte for byte. */
static void check_layout(const lk_type_kernels *type) {
    const int32_t k = 2 * LK_PANEL_LENGTH + type->block_length % LK_PANEL_LENGTH;
    const int64_t row_bytes = lk_row_bytes(type->type, k);
    random_state random = check_random(type->name);
    uint8_t *rows = malloc((size_t)(LK_PANEL_ROWS * row_bytes)), *row = malloc((size_t)row_bytes);
    guarded panels = guarded_create((size_t)(LK_PANEL_ROWS * row_bytes), 0);
    weights_fill(rows, type, (int64_t)LK_PANEL_ROWS * k, &random);
    lk_panels_from_rows(type, panels.data, rows, LK_PANEL_ROWS, k);
    for (int32_t r = 0; r < LK_PANEL_ROWS; ++r) {
        const uint8_t *chunk = panels.data;
        int64_t at = 0;
        for (int32_t i = 0; i < k; i += LK_PANEL_LENGTH) {
            const int32_t n = k - i < LK_PANEL_LENGTH ? k - i : LK_PANEL_LENGTH;
            lk_row_from_chunk(type, row + at, chunk, r, n);
            at += lk_row_bytes(type->type, n);
            chunk += lk_chunk_bytes(type, n);
        }
        check_that(memcmp(row, rows + r * row_bytes, (size_t)row_bytes) == 0,
                   "%s: row %d does not come back out of its panel", type->name, r);
    }
    check_that(guarded_intact(&panels), "%s: wrote outside the panel", type->name);
    guarded_free(&panels);
    free(rows);
    free(row);
}

/* Whole rows dequantize as their blocks do. */
static void check_dequantize(const lk_type_kernels *type) {
    enum { BLOCKS = 5 };
    random_state random = check_random(type->name);
    const int64_t n = BLOCKS * type->block_length;
    guarded row = guarded_create((size_t)(BLOCKS * type->block_bytes), type->block_bytes == 4 ? 4 : 2);
    guarded together = guarded_create(sizeof(float) * (size_t)n, 4),
            alone = guarded_create(sizeof(float) * (size_t)n, 4);
    weights_fill(row.data, type, n, &random);
    type->dequantize((float *)(void *)together.data, row.data, n);
    for (int64_t i = 0; i < BLOCKS; ++i)
        type->dequantize((float *)(void *)alone.data + i * type->block_length,
                         row.data + i * type->block_bytes, type->block_length);
    check_that(guarded_intact(&together) && memcmp(together.data, alone.data, together.bytes) == 0,
               "%s: a row dequantizes otherwise than its blocks", type->name);
    guarded_free(&row);
    guarded_free(&together);
    guarded_free(&alone);
}

static const int32_t *lengths_of(const lk_type_kernels *type) {
    if (type->block_length == 1) return dense_lengths;
    return type->block_length == 32 ? block_32_lengths : block_256_lengths;
}

static double time_shape(const product *in, lk_isa isa, const uint8_t *panels, int32_t columns) {
    float dst[LK_PANEL_ROWS * 2 * MOST_COLUMNS];
    const lk_product run = {.dst = dst,
                            .dst_stride = LK_PANEL_ROWS * 2,
                            .w = panels,
                            .w_stride = lk_row_bytes(in->type->type, in->k),
                            .layout = LK_LAYOUT_PANELS,
                            .rows = LK_PANEL_ROWS * 2,
                            .x = in->x.data,
                            .x_type = column_type(in),
                            .x_stride = in->x_stride,
                            .columns = columns,
                            .planes = 1,
                            .k = in->k};
    int64_t repeats = 0;
    const int64_t start = lk_os_nanoseconds();
    int64_t spent = 0;
    for (; spent < 20000000; ++repeats, spent = lk_os_nanoseconds() - start)
        lk_product_run(in->type, isa, &run);
    return (double)in->k * run.rows * columns * (double)repeats / (double)spent;
}

/* Billions of multiply-adds a second, one thread, data in cache, weights in panels. */
static void time_type(const lk_type_kernels *type) {
    random_state random = check_random(type->name);
    uint8_t *panels = aligned_alloc(64, (size_t)(LK_PANEL_ROWS * 2 * lk_row_bytes(type->type, 2048)));
    for (int isa = LK_ISA_PLAIN; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || !lk_type_has(type, (lk_isa)isa)) continue;
        product *in = product_create(type, lk_product_activation(type, (lk_isa)isa), 2048, &random);
        lk_panels_from_rows(type, panels, in->w.data, LK_PANEL_ROWS * 2, in->k);
        printf("%-7s %-9s GMAC/s: 1 column %6.2f, 4 columns %6.2f, 12 columns %6.2f\n", type->name,
               lk_isa_name((lk_isa)isa), time_shape(in, (lk_isa)isa, panels, 1),
               time_shape(in, (lk_isa)isa, panels, 4), time_shape(in, (lk_isa)isa, panels, 12));
        product_free(in);
    }
    free(panels);
}

static void check_type(const lk_type_kernels *type) {
    if (!check_that(type != NULL, "a row of lk_types.inc has no kernels")) return;
    if (check.timing) {
        time_type(type);
        return;
    }
    check_dequantize(type);
    check_layout(type);
    check_neon_products(type);
    for (const int32_t *k = lengths_of(type); *k != 0; ++k) {
        check_length(type, lk_type_activation(type->type), *k);
        if (type->block_length > 1) check_length(type, LK_TYPE_A8X2, *k);
        if (type->type == LK_TYPE_BF16) check_length(type, LK_TYPE_BF16, *k);
    }
}

void check_types(void) {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) check_type(lk_type_find(value));
#include "lk_types.inc"
#undef LK_TYPE
}
