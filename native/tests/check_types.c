/* Every row of lk_types.inc x every ISA: matrix products against plain double sums, tails, guards, and
 * independence of the other rows and columns. */
#include "core/cpu_features.h"
#include "core/os.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/weights.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 9, MOST_COLUMNS = 9, GAP = 3 };

static const int32_t row_counts[] = {1, 2, 3, 5, 9};
static const int32_t column_counts[] = {1, 2, 3, 4, 5, 8, 9};
static const int32_t dense_lengths[] = {1, 3, 7, 8, 9, 12, 24, 30, 31, 33, 64, 576, 0};
static const int32_t block_32_lengths[] = {32, 64, 96, 160, 224, 256, 288, 576, 1024, 0};
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
    int32_t k;
    int64_t w_stride, x_stride;
    guarded w, x;
} product;

static product product_create(const lk_type_kernels *type, int32_t k, random_state *random) {
    const int32_t activation = lk_type_activation(type->type);
    product made = {.type = type, .k = k};
    made.w_stride = lk_row_bytes(type->type, k) + type->block_bytes;
    made.x_stride = lk_row_bytes(activation, k) + (activation == LK_TYPE_F32 ? 4 : LK_BLOCK_BYTES_A8);
    const size_t least = type->block_length == 1 && type->block_bytes == 4 ? 4 : 2;
    made.w = guarded_create((size_t)(MOST_ROWS * made.w_stride), least);
    made.x = guarded_create((size_t)(MOST_COLUMNS * made.x_stride), 4);
    for (int i = 0; i < MOST_ROWS; ++i) weights_fill(made.w.data + i * made.w_stride, type, k, random);
    for (int i = 0; i < MOST_COLUMNS; ++i)
        activations_fill(made.x.data + i * made.x_stride, activation, k, random);
    return made;
}

static void product_free(product *made) {
    guarded_free(&made->w);
    guarded_free(&made->x);
}

static double error_of(const product *in, const float *dst, int32_t rows, int32_t columns) {
    double difference = 0, norm = 0;
    for (int c = 0; c < columns; ++c)
        for (int r = 0; r < rows; ++r) {
            const dot_result exact =
                weights_dot(in->type, in->w.data + r * in->w_stride, in->x.data + c * in->x_stride, in->k);
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

/* Each product alone has the same bits. */
static bool same_alone(const product *in, lk_matmul_fn matmul, const float *dst, int32_t rows,
                       int32_t columns) {
    for (int c = 0; c < columns; ++c)
        for (int r = 0; r < rows; ++r) {
            float alone;
            matmul(&alone, 1, in->w.data + r * in->w_stride, in->w_stride, 1, in->x.data + c * in->x_stride,
                   in->x_stride, 1, in->k);
            if (memcmp(&alone, &dst[c * (rows + GAP) + r], sizeof(alone)) != 0) return false;
        }
    return true;
}

static void check_shape(const product *in, lk_isa isa, int32_t rows, int32_t columns) {
    const lk_matmul_fn matmul = in->type->matmul[isa];
    char name[96];
    snprintf(name, sizeof(name), "%s %s: %d rows x %d columns, k %d", in->type->name, lk_isa_name(isa), rows,
             columns, in->k);
    guarded dst = guarded_create(sizeof(float) * (size_t)(columns * (rows + GAP)), 4);
    float *values = (float *)(void *)dst.data;
    matmul(values, rows + GAP, in->w.data, in->w_stride, rows, in->x.data, in->x_stride, columns, in->k);
    check_that(only_results_written(&dst, rows, columns), "%s: wrote outside its results, or not all of them",
               name);
    const double error = error_of(in, values, rows, columns);
    check_that(error <= limit_of(isa), "%s: error %.3g, the limit is %.3g", name, error, limit_of(isa));
    check_that(same_alone(in, matmul, values, rows, columns), "%s: differs from one row x one column", name);
    guarded_free(&dst);
}

static void check_length(const lk_type_kernels *type, int32_t k) {
    char name[64];
    snprintf(name, sizeof(name), "%s k %d", type->name, k);
    random_state random = check_random(name);
    product in = product_create(type, k, &random);
    for (int isa = 0; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || type->matmul[isa] == NULL) continue;
        for (size_t r = 0; r < sizeof(row_counts) / sizeof(*row_counts); ++r)
            for (size_t c = 0; c < sizeof(column_counts) / sizeof(*column_counts); ++c)
                check_shape(&in, (lk_isa)isa, row_counts[r], column_counts[c]);
    }
    check_that(guarded_intact(&in.w) && guarded_intact(&in.x), "%s: a source was written", name);
    product_free(&in);
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

static double time_shape(const product *in, lk_matmul_fn matmul, int32_t columns) {
    float dst[MOST_ROWS * MOST_COLUMNS];
    int64_t repeats = 0;
    const int64_t start = lk_os_nanoseconds();
    int64_t spent = 0;
    for (; spent < 20000000; ++repeats, spent = lk_os_nanoseconds() - start)
        matmul(dst, MOST_ROWS, in->w.data, in->w_stride, 8, in->x.data, in->x_stride, columns, in->k);
    return (double)in->k * 8 * columns * (double)repeats / (double)spent;
}

/* Billions of multiply-adds a second, one thread, data in cache. */
static void time_type(const lk_type_kernels *type) {
    random_state random = check_random(type->name);
    product in = product_create(type, 2048, &random);
    for (int isa = 0; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || type->matmul[isa] == NULL) continue;
        printf("%-7s %-9s GMAC/s: 1 column %6.2f, 4 columns %6.2f, 8 columns %6.2f\n", type->name,
               lk_isa_name((lk_isa)isa), time_shape(&in, type->matmul[isa], 1),
               time_shape(&in, type->matmul[isa], 4), time_shape(&in, type->matmul[isa], 8));
    }
    product_free(&in);
}

static void check_type(const lk_type_kernels *type) {
    if (!check_that(type != NULL, "a row of lk_types.inc has no kernels")) return;
    if (check.timing) {
        time_type(type);
        return;
    }
    check_that(type->matmul[LK_ISA_REFERENCE] != NULL && type->matmul[LK_ISA_PLAIN] != NULL,
               "%s has no reference or no plain kernel", type->name);
    check_dequantize(type);
    for (const int32_t *k = lengths_of(type); *k != 0; ++k) check_length(type, *k);
}

void check_types(void) {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) check_type(lk_type_find(value));
#include "lk_types.inc"
#undef LK_TYPE
}
