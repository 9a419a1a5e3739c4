/* Every row of encoders.inc: each ISA writes the bytes of encode.c, a row by itself as among others, within
 * its own memory, and lk_quantize refuses what it must. */
#include "tests/check.h"
#include "tests/guarded.h"
#include "types/encode.h"
#include "types/float16.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { ROWS = 3, KINDS = 9 };

static const int32_t widths[] = {256, 512, 1024, 0};

/* Weights as files have them, and what breaks encoders: zeros, one value, tiny and huge numbers, a single
 * outlier, steps that tie, numbers whose squares are infinite. */
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
        values[i] = kind == 1 || (kind == 5 && i % 3 == 0) ? 0 : x * x;
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

/* 0.25 in every type of blocks comes back as a number near it, or the encoder writes something else than it
 * means. */
static void check_meaning(const lk_type_encoder *encoder, const lk_type_kernels *type) {
    enum { K = 256 };
    random_state random = check_random(type->name);
    float source[K], factors[K], back[K];
    uint8_t row[K * 4];
    fill(source, 0, K, &random);
    for (int i = 0; i < K; i++) factors[i] = 1;
    encoder->encode[LK_ISA_REFERENCE](row, source, encoder->importance > 0 ? factors : NULL, K);
    type->dequantize(back, row, K);
    double error = 0, norm = 0;
    for (int i = 0; i < K; i++) {
        error += pow((double)back[i] - source[i], 2);
        norm += pow(source[i], 2);
    }
    const double bits = 8.0 * type->block_bytes / type->block_length;
    /* A uniform quantizer of b bits leaves about 4^-b of the variance, the coarsest types (ternary) under a
     * half; of the floats, bf16 has the fewest bits of fraction, 7. */
    const double limit = type->block_length == 1 ? 1e-5 : fmin(0.45, 40 * pow(4, -bits));
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

/* Every half and what lies between it and the next. */
static void check_halves(void) {
    bool equal = true;
    for (uint32_t h = 0; h < 0x7c00; h++) {
        const float low = lk_float_from_f16((uint16_t)h),
                    high = h == 0x7bff ? 65536 : lk_float_from_f16((uint16_t)(h + 1));
        const float middle = low + (high - low) / 2;
        equal &= lk_f16_from_float(low) == h && lk_f16_from_float(-low) == (h | 0x8000);
        equal &= lk_f16_from_float(middle) == h + (h & 1);
        equal &= lk_f16_from_float(nextafterf(middle, 0)) == h;
        equal &= lk_f16_from_float(nextafterf(middle, INFINITY)) == h + 1;
    }
    check_that(equal, "f16 from float");
    check_that(lk_f16_from_float(NAN) == 0x7e00 && lk_f16_from_float(-INFINITY) == 0xfc00,
               "f16 of no number");
    check_that(lk_bf16_from_float(1.00390625f) == 0x3f80 && lk_bf16_from_float(1.01171875f) == 0x3f82 &&
                   lk_bf16_from_float(NAN) == 0x7fc0,
               "bf16 from float");
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
    check_halves();
}
