/* Ops whose results are known from their definition: GET_ROWS, ROPE_TABLE, ARGMAX, TOP_K, QUANTIZE. */
#include "tests/check.h"
#include "tests/listing.h"
#include "types/float16.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static const void *result_row(const listing *list, const listing_result *result, int32_t tensor,
                              int64_t row) {
    return result->image + list->tensors[tensor].offset + row * list->tensors[tensor].strides[1];
}

static listing_result run(const listing *list, int32_t tokens) {
    const int32_t args[LK_ARGUMENT_COUNT] = {tokens, 0, 0};
    return listing_run(list, check.isas, 1, args);
}

static void check_get_rows(const lk_type_kernels *type) {
    enum { VOCABULARY = 7, EMBEDDINGS = 2 };
    static const int32_t ids[] = {3, 0, -1, 6, -2, 3};
    const int64_t n = 2 * type->block_length;
    random_state random = check_random(type->name);
    listing list = listing_create();
    const int32_t table = listing_random(&list, type->type, n, VOCABULARY, 0, &random);
    const int32_t embeddings = listing_random(&list, LK_TYPE_F32, n, EMBEDDINGS, 4, &random);
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, n, 6, 1, 1, 8);
    lk_op *op = listing_op(&list, LK_OPCODE_GET_ROWS, "token_embd", dst);
    op->src[0] = table;
    op->src[1] = listing_indices(&list, 6, ids);
    op->src[2] = embeddings;
    listing_result result = run(&list, 6);
    if (check_that(result.status == LK_STATUS_OK, "GET_ROWS %s: %s", type->name, lk_last_error()))
        for (int64_t i = 0; i < 6; ++i) {
            float expected[2 * LK_BLOCK_LENGTH_A8];
            if (ids[i] >= 0)
                lk_dequantize(type->type,
                              (uint8_t *)listing_data(&list, table) + ids[i] * list.tensors[table].strides[1],
                              expected, n);
            else
                memcpy(expected, listing_floats(&list, embeddings, -1 - ids[i]), sizeof(float) * (size_t)n);
            check_that(memcmp(expected, result_row(&list, &result, dst, i), sizeof(float) * (size_t)n) == 0,
                       "GET_ROWS %s: id %d", type->name, ids[i]);
        }
    free(result.image);
    listing_free(&list);
}

/* params: base, scale, ext, attn, beta_fast, beta_slow, n_ctx_orig */
static void set_rope_params(lk_op *op, const float *params, int32_t context) {
    for (int i = 0; i < 6; ++i) op->params[i] = float_bits(params[i]);
    op->params[6] = context;
}

static void check_rope_table(const float *params, int32_t context, const float *factors,
                             double (*angle)(double p, int i), double magnitude, const char *name) {
    enum { ROTATED = 8, ROWS = 3 };
    static const int32_t positions[ROWS] = {0, 1, 1000};
    listing list = listing_create();
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, ROTATED, ROWS, 1, 1, 0);
    const int32_t tensor = listing_indices(&list, ROWS, positions);
    const int32_t divisors =
        factors == NULL ? -1 : listing_tensor(&list, LK_TYPE_F32, ROTATED / 2, 1, 1, 1, 0);
    if (factors != NULL) memcpy(listing_data(&list, divisors), factors, sizeof(float) * ROTATED / 2);
    lk_op *op = listing_op(&list, LK_OPCODE_ROPE_TABLE, "rope", dst);
    op->src[0] = tensor;
    op->src[1] = divisors;
    set_rope_params(op, params, context);
    listing_result result = run(&list, ROWS);
    check_that(result.status == LK_STATUS_OK, "ROPE_TABLE %s: %s", name, lk_last_error());
    for (int r = 0; r < ROWS && result.status == LK_STATUS_OK; ++r)
        for (int i = 0; i < ROTATED / 2; ++i) {
            const float *row = result_row(&list, &result, dst, r);
            const double expected = angle(positions[r], i);
            const double error =
                hypot(row[i] - magnitude * cos(expected), row[ROTATED / 2 + i] - magnitude * sin(expected));
            check_that(error < 1e-6, "ROPE_TABLE %s: position %d, pair %d: off by %g", name, positions[r], i,
                       error);
        }
    free(result.image);
    listing_free(&list);
}

/* base 10000, 8 rotated elements: pair i turns by 10000^(-2i/8) = 10^-i a position. */
static double plain_angle(double p, int i) {
    return p * pow(10, -i);
}

static double linear_angle(double p, int i) {
    return p * pow(10, -i) / 4;
}

static double factored_angle(double p, int i) {
    return p * pow(10, -i) / (i + 1);
}

/* YaRN, original context 100, scale 1/4, beta 32 and 1. Pair of n turns: 8 ln(100 / (2 pi n)) / (2 ln 10000)
 * = -0.30 for 32 turns, outward to 0; 1.20 for one turn, outward to 2. So the ramp is 0, 1/2, 1, 1 over the
 * pairs: pair 0 keeps its angle, pair 1 takes the mean of 1 and 1/4, the others are interpolated. */
static double yarn_angle(double p, int i) {
    static const double share[] = {1, 0.625, 0.25, 0.25};
    return p * pow(10, -i) * share[i];
}

static void check_rope_tables(void) {
    static const float plain[] = {10000, 1, 0, 1, 32, 1}, linear[] = {10000, 0.25f, 0, 2, 32, 1};
    static const float yarn[] = {10000, 0.25f, 1, 1, 32, 1}, factors[] = {1, 2, 3, 4};
    check_rope_table(plain, 100, NULL, plain_angle, 1, "plain");
    check_rope_table(linear, 100, NULL, linear_angle, 2, "linear, attention factor 2");
    check_rope_table(plain, 100, factors, factored_angle, 1, "factors");
    check_rope_table(yarn, 100, NULL, yarn_angle, 1 + 0.1 * log(4), "yarn");
}

/* Picks the largest that was not picked before, the lowest index first; NaN only when nothing else is left.
 */
static int32_t next_largest(const float *x, int32_t n, const bool *picked) {
    int32_t best = -1;
    for (int32_t i = 0; i < n; ++i)
        if (!picked[i] && !isnan(x[i]) && (best < 0 || x[i] > x[best])) best = i;
    for (int32_t i = 0; i < n && best < 0; ++i)
        if (!picked[i]) best = i;
    return best;
}

static void check_top_k(int32_t opcode, const char *name, int32_t n, int32_t k, bool with_nan) {
    enum { ROWS = 4, WIDEST = 300 };
    random_state random = check_random(name);
    listing list = listing_create();
    const int32_t x = listing_random(&list, LK_TYPE_F32, n, ROWS, 4, &random);
    const int32_t dst = listing_tensor(&list, LK_TYPE_I32, k, ROWS, 1, 1, 0);
    for (int r = 0; r < ROWS; ++r)
        for (int i = 0; i < n; ++i) {
            float *value = &listing_floats(&list, x, r)[i];
            *value = (float)random_below(&random, 20) - 10; /* many equals */
            if (with_nan && random_below(&random, 3) == 0) *value = NAN;
            if (random_below(&random, 20) == 0) *value = random_below(&random, 2) ? INFINITY : -INFINITY;
        }
    listing_op(&list, opcode, name, dst)->src[0] = x;
    listing_result result = run(&list, ROWS);
    check_that(result.status == LK_STATUS_OK, "%s: %s", name, lk_last_error());
    for (int r = 0; r < ROWS && result.status == LK_STATUS_OK; ++r) {
        bool picked[WIDEST] = {false};
        const int32_t *got = result_row(&list, &result, dst, r);
        for (int i = 0; i < k; ++i) {
            const int32_t expected = next_largest(listing_floats(&list, x, r), n, picked);
            picked[expected] = true;
            check_that(got[i] == expected, "%s n %d: row %d, place %d: %d, not %d", name, n, r, i, got[i],
                       expected);
        }
    }
    free(result.image);
    listing_free(&list);
}

static void check_all_nan(void) {
    listing list = listing_create();
    const int32_t x = listing_tensor(&list, LK_TYPE_F32, 5, 1, 1, 1, 0);
    for (int i = 0; i < 5; ++i) listing_floats(&list, x, 0)[i] = NAN;
    const int32_t dst = listing_tensor(&list, LK_TYPE_I32, 1, 1, 1, 1, 0);
    listing_op(&list, LK_OPCODE_ARGMAX, "nan", dst)->src[0] = x;
    listing_result result = run(&list, 1);
    check_that(result.status == LK_STATUS_OK && *(const int32_t *)result_row(&list, &result, dst, 0) == 0,
               "ARGMAX of NaN alone is not 0");
    free(result.image);
    listing_free(&list);
}

/* The largest distance of a value from what its blocks say. */
static double largest_error(const lk_block_a8 *block, int group, const float *x, int64_t n,
                            const lk_block_a8 *rest) {
    double largest = 0;
    for (int64_t i = 0; i < n; ++i) {
        double value = (double)block->d[group] * block->q[32 * group + i];
        if (rest != NULL) value += (double)rest->d[group] * rest->q[32 * group + i];
        largest = fmax(largest, fabs(x[i] - value));
    }
    return largest;
}

static int32_t sum_of_16(const int8_t *q) {
    int32_t sum = 0;
    for (const int8_t *end = q + 16; q < end; ++q) sum += *q;
    return sum;
}

static void check_group(const lk_block_a8 *block, const lk_block_a8 *rest, int group, const float *x,
                        int64_t n) {
    for (int half = 2 * group; half < 2 * group + 2; ++half)
        check_that(block->sum[half] == sum_of_16(&block->q[16 * half]), "QUANTIZE: sum %d", half);
    for (int64_t i = n; i < 32; ++i) check_that(block->q[32 * group + i] == 0, "QUANTIZE: not zero past k");
    double most = 0;
    for (int64_t i = 0; i < n; ++i) most = fmax(most, fabs(x[i]));
    const double error = largest_error(block, group, x, n, rest);
    const double limit = most / 127 * (rest != NULL ? 0.501 / 128 : 0.5001);
    check_that(error <= limit, "QUANTIZE%s: off by %g of %g", rest != NULL ? " a8x2" : "", error, most);
    check_that(fabs(block->d[group] - most / 127) <= 1e-6 * most, "QUANTIZE: a step of %g for %g",
               block->d[group], most);
}

/* One op, which rounds three rows of floats. */
typedef struct rounding {
    listing list;
    int32_t x, dst;
} rounding;

static rounding rounding_create(int32_t type, int64_t k, int64_t padding) {
    random_state random = check_random("quantize");
    rounding made = {.list = listing_create()};
    made.x = listing_random(&made.list, LK_TYPE_F32, k, 3, 0, &random);
    made.dst = listing_tensor(&made.list, type, k, 3, 1, 1, padding);
    listing_op(&made.list, LK_OPCODE_QUANTIZE, "x", made.dst)->src[0] = made.x;
    return made;
}

/* Infinities and NaN stay what they are. */
static void check_quantize_to_bf16(int64_t k) {
    static const float odd[] = {0, -0.0f, 1e-40f, 0x1.01p0f, 0x1.03p0f, 0x1.fffp127f, -INFINITY, NAN};
    rounding made = rounding_create(LK_TYPE_BF16, k, 2);
    for (int64_t i = 0; i < k; ++i) listing_floats(&made.list, made.x, 1)[i] = odd[i % 8];
    listing_result result = run(&made.list, 3);
    check_that(result.status == LK_STATUS_OK, "QUANTIZE: %s", lk_last_error());
    for (int64_t r = 0; r < 3 && result.status == LK_STATUS_OK; ++r) {
        const uint16_t *got = result_row(&made.list, &result, made.dst, r);
        for (int64_t i = 0; i < k; ++i) {
            const uint16_t expected = lk_bf16_from_float(listing_floats(&made.list, made.x, r)[i]);
            check_that(got[i] == expected, "QUANTIZE bf16: %04x for %a, not %04x", got[i],
                       listing_floats(&made.list, made.x, r)[i], expected);
        }
    }
    free(result.image);
    listing_free(&made.list);
}

static void check_quantize(int32_t type, int64_t k) {
    rounding made = rounding_create(type, k, 0);
    listing_result result = run(&made.list, 3);
    check_that(result.status == LK_STATUS_OK, "QUANTIZE: %s", lk_last_error());
    for (int64_t r = 0; r < 3 && result.status == LK_STATUS_OK; ++r) {
        const lk_block_a8 *blocks = result_row(&made.list, &result, made.dst, r);
        const lk_block_a8 *rests = type == LK_TYPE_A8X2 ? blocks + (k + 255) / 256 : NULL;
        for (int64_t i = 0; i < k; i += 32)
            check_group(&blocks[i / 256], rests ? &rests[i / 256] : NULL, (int)(i % 256 / 32),
                        listing_floats(&made.list, made.x, r) + i, k - i < 32 ? k - i : 32);
    }
    free(result.image);
    listing_free(&made.list);
}

void check_exact_ops(void) {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) check_get_rows(lk_type_find(value));
#include "lk_types.inc"
#undef LK_TYPE
    check_rope_tables();
    static const int32_t widths[] = {1, 2, 9, 33, 300};
    for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); ++i) {
        const int32_t n = widths[i];
        for (int with_nan = 0; with_nan < 2; ++with_nan) {
            check_top_k(LK_OPCODE_ARGMAX, "ARGMAX", n, 1, with_nan);
            check_top_k(LK_OPCODE_TOP_K, "TOP_K", n, n < 40 ? n : 40, with_nan);
        }
    }
    check_all_nan();
    static const int64_t lengths[] = {1, 31, 32, 33, 256, 300, 576};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); ++i) {
        check_quantize(LK_TYPE_A8, lengths[i]);
        check_quantize(LK_TYPE_A8X2, lengths[i]);
        check_quantize_to_bf16(lengths[i]);
    }
}
