/* Every row of encoders.inc: each ISA writes the bytes of encode.c, a row by itself as among others, within
 * its own memory, and lk_quantize refuses what it must. */
#include "tests/check.h"
#include "tests/guarded.h"
#include "types/encode.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 3, KINDS = 19 };

static const int32_t widths[] = {256, 512, 1024, 0};

/* Weights as files have them, and what breaks encoders: zeros of both signs, one value, one sign, tiny and
 * huge numbers up to where squares vanish or overflow, a single outlier, steps and extremes that tie. */
static float element(int kind, int i, random_state *random) {
    const float x = random_float(random) + random_float(random) + random_float(random);
    switch (kind) {
    case 1:
        return 0;
    case 2:
        return 0.25f;
    case 3:
        return x * 1e-6f;
    case 4:
        return x * 1e4f;
    case 5:
        return i % 256 == 77 ? 30 : x * 0.01f;
    case 6:
        return (float)(random_below(random, 17) - 8) * 0.125f;
    case 7:
        return i / 32 % 2 ? 0 : fabsf(x);
    case 8:
        return -fabsf(x);
    case 9:
        return x + 5;
    case 10:
        return random_below(random, 2) ? 1 : -1;
    case 11:
        return random_below(random, 2) ? 0.0f : -0.0f;
    case 12:
        return i / 16 % 3 == 1 ? (random_below(random, 2) ? 0.0f : -0.0f) : x;
    case 13:
        return x * 1e-14f;
    case 14:
        return x * 1e-30f;
    case 15:
        return x * 1e-40f;
    case 16:
        return x * 1e36f;
    case 17:
        return random_below(random, 5) == 0 ? x : 0;
    case 18:
        return x * 1e30f;
    default:
        return x;
    }
}

static void fill(float *values, int kind, int64_t n, random_state *random) {
    for (int64_t i = 0; i < n; i++) values[i] = element(kind, (int)i, random);
}

static void fill_importance(float *values, int kind, int64_t n, random_state *random) {
    for (int64_t i = 0; i < n; i++) {
        const float x = random_float(random);
        const bool none = kind == 1 || (kind == 5 && i % 3 == 0) || (kind == 6 && i / 64 % 2 == 0) ||
                          (kind == 9 && i % 32 < 30);
        values[i] = none ? 0 : x * x;
    }
}

/* Rows of one kind by one ISA's encoder, against encode.c row by row. */
static void check_rows(const lk_type_encoder *encoder, const lk_type_kernels *type, lk_isa isa, int32_t k,
                       int kind, bool weighted, random_state *random) {
    const int64_t bytes = lk_row_bytes(type->type, k);
    guarded source = guarded_create((size_t)(ROWS * k) * sizeof(float), 4);
    guarded factors = guarded_create((size_t)k * sizeof(float), 4);
    guarded expected = guarded_create((size_t)(ROWS * bytes), 4);
    guarded written = guarded_create((size_t)(ROWS * bytes), 4);
    fill((float *)source.data, kind, (int64_t)ROWS * k, random);
    fill_importance((float *)factors.data, kind, k, random);
    const float *importance = weighted ? (const float *)factors.data : NULL;
    for (int r = ROWS - 1; r >= 0; r--) {
        const float *row = (const float *)source.data + (int64_t)r * k;
        encoder->encode[LK_ISA_REFERENCE](expected.data + r * bytes, row, importance, k);
        encoder->encode[isa](written.data + r * bytes, row, importance, k);
    }
    check_that(memcmp(expected.data, written.data, (size_t)(ROWS * bytes)) == 0,
               "encode %s %s k %d kind %d%s: not the bytes of encode.c", type->name,
               isa == LK_ISA_AVX2 ? "avx2" : "isa", k, kind, weighted ? " weighted" : "");
    memset(written.data, 0x5a, (size_t)(ROWS * bytes));
    check_that(lk_quantize(type->type, (const float *)source.data, importance, written.data, ROWS, k) ==
                       LK_STATUS_OK &&
                   memcmp(expected.data, written.data, (size_t)(ROWS * bytes)) == 0,
               "quantize %s k %d kind %d: %s", type->name, k, kind, lk_last_error());
    guarded_free(&source);
    guarded_free(&factors);
    guarded_free(&expected);
    guarded_free(&written);
}

static void check_encoder(const lk_type_encoder *encoder, const lk_type_kernels *type) {
    random_state random = check_random(type->name);
    for (int isa = 0; isa < LK_ISA_COUNT; isa++) {
        if (encoder->encode[isa] == NULL || !check_has((lk_isa)isa)) continue;
        for (const int32_t *k = widths; *k != 0; k++)
            for (int kind = 0; kind < KINDS; kind++) {
                if (encoder->importance < 2) check_rows(encoder, type, (lk_isa)isa, *k, kind, false, &random);
                if (encoder->importance > 0) check_rows(encoder, type, (lk_isa)isa, *k, kind, true, &random);
            }
    }
}

static bool is_ternary(int32_t type) {
    return type == LK_TYPE_TQ1_0 || type == LK_TYPE_TQ2_0;
}

/* Weights come back as numbers near them, those of ternary types that are such themselves exactly, or the
 * encoder writes something else than it means. */
static void check_meaning(const lk_type_encoder *encoder, const lk_type_kernels *type) {
    enum { K = 256 };
    random_state random = check_random(type->name);
    float source[K], factors[K], back[K];
    uint8_t row[K * 4];
    fill(source, 0, K, &random);
    for (int i = 0; i < K; i++) factors[i] = 1;
    if (is_ternary(type->type))
        for (int i = 0; i < K; i++) source[i] = (float)(random_below(&random, 3) - 1) * 0.25f;
    encoder->encode[LK_ISA_REFERENCE](row, source, encoder->importance > 0 ? factors : NULL, K);
    type->dequantize(back, row, K);
    double error = 0, norm = 0;
    for (int i = 0; i < K; i++) {
        error += pow((double)back[i] - source[i], 2);
        norm += pow(source[i], 2);
    }
    const double bits = 8.0 * type->block_bytes / type->block_length;
    /* A uniform quantizer of b bits leaves about 4^-b of the variance, the coarsest types under a half; of
     * the floats, bf16 has the fewest bits of fraction, 7. */
    const double inexact = type->block_length == 1 ? 1e-5 : fmin(0.45, 40 * pow(4, -bits));
    const double limit = is_ternary(type->type) ? 0 : inexact;
    check_that(error <= limit * norm, "encode %s: error %g of the norm, limit %g", type->name, error / norm,
               limit);
}

static void refuse(lk_status status, lk_status expected, const char *text) {
    check_that(status == expected && strstr(lk_last_error(), text) != NULL, "quantize: %d \"%s\", not \"%s\"",
               status, lk_last_error(), text);
}

static void check_refusals(void) {
    float values[64] = {0}, factors[32] = {0};
    uint8_t row[256];
    refuse(lk_quantize(LK_TYPE_I32, values, NULL, row, 1, 32), LK_STATUS_UNSUPPORTED, "cannot be written");
    refuse(lk_quantize(LK_TYPE_Q8_0, values, NULL, row, 1, 31), LK_STATUS_INVALID_ARGUMENT,
           "no whole blocks");
    refuse(lk_quantize(LK_TYPE_Q8_0, values, NULL, row, -1, 32), LK_STATUS_INVALID_ARGUMENT,
           "no whole blocks");
    refuse(lk_quantize(LK_TYPE_Q8_0, values, NULL, row, INT64_MAX, 32), LK_STATUS_INVALID_ARGUMENT,
           "too many");
    refuse(lk_quantize(LK_TYPE_Q8_0, NULL, NULL, row, 1, 32), LK_STATUS_INVALID_ARGUMENT, "NULL");
    refuse(lk_quantize(LK_TYPE_Q8_0, values, NULL, row + 1, 1, 32), LK_STATUS_INVALID_ARGUMENT, "aligned");
    values[33] = INFINITY;
    refuse(lk_quantize(LK_TYPE_Q8_0, values, NULL, row, 2, 32), LK_STATUS_INVALID_ARGUMENT,
           "element [1, 1] is not finite");
    factors[2] = -1;
    refuse(lk_quantize(LK_TYPE_Q8_0, values, factors, row, 1, 32), LK_STATUS_INVALID_ARGUMENT,
           "importance [2] is negative");
    check_that(lk_quantize(LK_TYPE_Q8_0, NULL, NULL, NULL, 0, 32) == LK_STATUS_OK, "quantize nothing");
}

void check_encoders(void) {
    for (int32_t number = 0; number < 64; number++) {
        const lk_type_encoder *encoder = lk_encoder_find(number);
        const lk_type_kernels *type = lk_type_find(number);
        if (encoder == NULL) continue;
        check_encoder(encoder, type);
        check_meaning(encoder, type);
    }
    check_refusals();
}
