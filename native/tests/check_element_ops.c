/* Ops that work on elements or on rows by themselves, against their definitions: LAYER_NORM, ADD, MUL, CLAMP,
 * COPY, TEMPERATURE; and what the records of these and of GLU must not hold. */
#include "tests/check.h"
#include "tests/listing.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TOKENS = 3 };

static listing_result run(const listing *list) {
    const int32_t args[LK_ARGUMENT_COUNT] = {TOKENS, 0, 0};
    return listing_run(list, check.isas, 2, args);
}

/* Two stretches of 4: {1, 2, 3, 6} has mean 3 and variance 3.5, {5, 5, 5, 5} none. */
static void check_layer_norm(void) {
    static const float x[8] = {1, 2, 3, 6, 5, 5, 5, 5}, weight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static const float bias[8] = {0, 1, 0, 1, 0, 1, 0, 1};
    listing list = listing_create();
    const int32_t tensor = listing_tensor(&list, LK_TYPE_F32, 8, TOKENS, 1, 1, 0);
    for (int64_t r = 0; r < TOKENS; ++r) memcpy(listing_floats(&list, tensor, r), x, sizeof(x));
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, 8, TOKENS, 1, 1, 0);
    lk_op *op = listing_op(&list, LK_OPCODE_LAYER_NORM, "norm", dst);
    op->src[0] = tensor;
    op->src[1] = listing_tensor(&list, LK_TYPE_F32, 8, 1, 1, 1, 0);
    op->src[2] = listing_tensor(&list, LK_TYPE_F32, 8, 1, 1, 1, 0);
    memcpy(listing_data(&list, op->src[1]), weight, sizeof(weight));
    memcpy(listing_data(&list, op->src[2]), bias, sizeof(bias));
    listing_param(op, 0, 0.5f);
    op->params[1] = 4;
    listing_result result = run(&list);
    check_that(result.status == LK_STATUS_OK, "LAYER_NORM: %s", lk_last_error());
    for (int i = 0; i < 8 && result.status == LK_STATUS_OK; ++i) {
        const double expected = (i < 4 ? (x[i] - 3) / 2 : 0) * weight[i] + bias[i];
        const double error = fabs(listing_result_row(&list, &result, dst, TOKENS - 1)[i] - expected);
        check_that(error < 1e-6, "LAYER_NORM: element %d is off by %g", i, error);
    }
    free(result.image);
    listing_free(&list);
}

/* A mean far from zero beside a deviation of 0.6: where it is not known to the last digit, all elements are
 * off. */
static void check_far_layer_norm(float far) {
    enum { FAR = 8195 };
    random_state random = check_random("far");
    listing list = listing_create();
    const int32_t x = listing_tensor(&list, LK_TYPE_F32, FAR, TOKENS, 1, 1, 0);
    for (int64_t i = 0; i < FAR * TOKENS; ++i)
        ((float *)listing_data(&list, x))[i] = far + random_float(&random);
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, FAR, TOKENS, 1, 1, 0);
    lk_op *op = listing_op(&list, LK_OPCODE_LAYER_NORM, "norm", dst);
    op->src[0] = x;
    op->params[1] = FAR;
    listing_result result = run(&list);
    check_that(result.status == LK_STATUS_OK, "LAYER_NORM: %s", lk_last_error());
    for (int64_t r = 0; r < TOKENS && result.status == LK_STATUS_OK; ++r) {
        double mean = 0, square = 0, worst = 0;
        const float *row = listing_floats(&list, x, r);
        for (int i = 0; i < FAR; ++i) mean += row[i] / (double)FAR;
        for (int i = 0; i < FAR; ++i) square += (row[i] - mean) * (row[i] - mean) / FAR;
        for (int i = 0; i < FAR; ++i)
            worst = fmax(
                worst, fabs(listing_result_row(&list, &result, dst, r)[i] - (row[i] - mean) / sqrt(square)));
        check_that(worst < 5e-7, "LAYER_NORM of a mean of %g: off by %g", (double)far, worst);
    }
    free(result.image);
    listing_free(&list);
}

/* Every form of b: [n, T], [n], [1, T], [1]. */
static void check_pair(int32_t opcode, int64_t n, int64_t columns, int64_t rows) {
    random_state random = check_random("pair");
    listing list = listing_create();
    const int32_t a = listing_random(&list, LK_TYPE_F32, n, TOKENS, 4, &random);
    const int32_t b = listing_random(&list, LK_TYPE_F32, columns, rows, 8, &random);
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, n, TOKENS, 1, 1, 0);
    lk_op *op = listing_op(&list, opcode, "pair", dst);
    op->src[0] = a;
    op->src[1] = b;
    listing_result result = run(&list);
    check_that(result.status == LK_STATUS_OK, "opcode %d, b [%lld, %lld]: %s", opcode, (long long)columns,
               (long long)rows, lk_last_error());
    for (int64_t r = 0; r < TOKENS && result.status == LK_STATUS_OK; ++r)
        for (int64_t i = 0; i < n; ++i) {
            const float left = listing_floats(&list, a, r)[i];
            const float right = listing_floats(&list, b, rows == 1 ? 0 : r)[columns == 1 ? 0 : i];
            const float expected = opcode == LK_OPCODE_ADD ? left + right : left * right;
            check_that(listing_result_row(&list, &result, dst, r)[i] == expected,
                       "opcode %d, b [%lld, %lld]: [%lld, %lld]", opcode, (long long)columns, (long long)rows,
                       (long long)i, (long long)r);
        }
    free(result.image);
    listing_free(&list);
}

static void check_pairs(void) {
    static const int64_t widths[] = {1, 3, 4, 5, 33};
    for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); ++w)
        for (int form = 0; form < 4; ++form) {
            const int64_t columns = form & 1 ? 1 : widths[w], rows = form & 2 ? 1 : TOKENS;
            check_pair(LK_OPCODE_ADD, widths[w], columns, rows);
            check_pair(LK_OPCODE_MUL, widths[w], columns, rows);
        }
}

static void check_clamp_and_copy(void) {
    static const float x[5] = {-3, -0.5f, 0.25f, 9, NAN}, clamped[4] = {-1, -0.5f, 0.25f, 0.5f};
    listing list = listing_create();
    const int32_t tensor = listing_tensor(&list, LK_TYPE_F32, 5, TOKENS, 1, 1, 4);
    for (int64_t r = 0; r < TOKENS; ++r) memcpy(listing_floats(&list, tensor, r), x, sizeof(x));
    const int32_t limited = listing_tensor(&list, LK_TYPE_F32, 5, TOKENS, 1, 1, 8);
    const int32_t copied = listing_tensor(&list, LK_TYPE_F32, 5, TOKENS, 1, 1, 8);
    lk_op *clamp = listing_op(&list, LK_OPCODE_CLAMP, "clamp", limited);
    clamp->src[0] = tensor;
    listing_param(clamp, 0, -1);
    listing_param(clamp, 1, 0.5f);
    listing_op(&list, LK_OPCODE_COPY, "copy", copied)->src[0] = tensor;
    listing_result result = run(&list);
    check_that(result.status == LK_STATUS_OK, "CLAMP, COPY: %s", lk_last_error());
    for (int64_t r = 0; r < TOKENS && result.status == LK_STATUS_OK; ++r) {
        const float *got = listing_result_row(&list, &result, limited, r);
        check_that(memcmp(got, clamped, sizeof(clamped)) == 0 && isnan(got[4]), "CLAMP: row %d", (int)r);
        check_that(memcmp(listing_result_row(&list, &result, copied, r), x, sizeof(x)) == 0, "COPY: row %d",
                   (int)r);
    }
    free(result.image);
    listing_free(&list);
}

/* Steps of 10 positions, shifted by one: 1 + 0.5 ln(1 + floor((p + 1) / 10)). */
static void check_temperature(const int32_t *positions, const double *steps) {
    listing list = listing_create();
    const int32_t dst = listing_tensor(&list, LK_TYPE_F32, 1, TOKENS, 1, 1, 4);
    lk_op *op = listing_op(&list, LK_OPCODE_TEMPERATURE, "temperature", dst);
    op->src[0] = listing_indices(&list, TOKENS, positions);
    listing_param(op, 0, 0.5f);
    op->params[1] = 10;
    op->params[2] = 1;
    listing_result result = run(&list);
    if (steps == NULL)
        check_that(result.status == LK_STATUS_INVALID_ARGUMENT && strstr(lk_last_error(), "out of range"),
                   "TEMPERATURE of a position below 0: %s", lk_last_error());
    else
        check_that(result.status == LK_STATUS_OK, "TEMPERATURE: %s", lk_last_error());
    for (int r = 0; r < TOKENS && steps != NULL && result.status == LK_STATUS_OK; ++r) {
        const double error =
            fabs(listing_result_row(&list, &result, dst, r)[0] - (1 + 0.5 * log(1 + steps[r])));
        check_that(error < 1e-6, "TEMPERATURE of position %d: off by %g", positions[r], error);
    }
    free(result.image);
    listing_free(&list);
}

static void check_temperatures(void) {
    static const int32_t early[TOKENS] = {0, 8, 9}, late[TOKENS] = {-1, 28, INT32_MAX};
    static const int32_t wrong[TOKENS] = {0, -2, 5};
    static const double no_steps[TOKENS] = {0, 0, 1}, many_steps[TOKENS] = {0, 2, 214748364};
    check_temperature(early, no_steps);
    check_temperature(late, many_steps);
    check_temperature(wrong, NULL);
}

/* The program that each refused record spoils. */
enum { NORM, SUM, PRODUCT, LIMITED, COPIED, FACTORS, ACTIVATED, GATED, OPS };
enum { WIDTH = 12 };

static listing valid_listing(void) {
    static const int32_t positions[TOKENS] = {0, 1, 2};
    random_state random = check_random("element ops");
    listing list = listing_create();
    const int32_t x = listing_random(&list, LK_TYPE_F32, WIDTH, TOKENS, 0, &random);
    const int32_t weight = listing_random(&list, LK_TYPE_F32, WIDTH, 1, 0, &random);
    const int32_t ids = listing_indices(&list, TOKENS, positions);
    int32_t dst[OPS];
    for (int i = 0; i < OPS; ++i)
        dst[i] = listing_tensor(&list, LK_TYPE_F32, i == FACTORS ? 1 : WIDTH, TOKENS, 1, 1, 0);
    lk_op *norm = listing_op(&list, LK_OPCODE_LAYER_NORM, "norm", dst[NORM]);
    norm->src[1] = norm->src[2] = weight;
    norm->params[1] = WIDTH;
    listing_op(&list, LK_OPCODE_ADD, "sum", dst[SUM])->src[1] = weight;
    listing_op(&list, LK_OPCODE_MUL, "product", dst[PRODUCT])->src[1] = weight;
    listing_op(&list, LK_OPCODE_CLAMP, "limited", dst[LIMITED]);
    listing_op(&list, LK_OPCODE_COPY, "copied", dst[COPIED]);
    listing_op(&list, LK_OPCODE_TEMPERATURE, "factors", dst[FACTORS])->params[1] = 1;
    listing_op(&list, LK_OPCODE_GLU, "xielu", dst[ACTIVATED])->params[0] = LK_GLU_KIND_XIELU;
    lk_op *gated = listing_op(&list, LK_OPCODE_GLU, "swiglu", dst[GATED]);
    gated->src[1] = x;
    gated->params[0] = LK_GLU_KIND_SWIGLU_OAI;
    listing_param(gated, 2, 7);
    for (int i = 0; i < OPS; ++i) list.ops[i].src[0] = i == FACTORS ? ids : x;
    return list;
}

typedef void (*spoil_fn)(listing *list);
#define SPOIL(name, ...)                                                                                     \
    static void name(listing *list) {                                                                        \
        __VA_ARGS__;                                                                                         \
    }
#define TENSOR_OF(operand) list->tensors[list->ops[operand]

SPOIL(leave, (void)list)
SPOIL(norm_width_zero, list->ops[NORM].params[1] = 0)
SPOIL(norm_width_negative, list->ops[NORM].params[1] = -WIDTH)
SPOIL(norm_width_odd, list->ops[NORM].params[1] = 5)
SPOIL(norm_width_large, list->ops[NORM].params[1] = INT32_MAX)
SPOIL(norm_eps_nan, listing_param(&list->ops[NORM], 0, NAN))
SPOIL(norm_eps_negative, listing_param(&list->ops[NORM], 0, -1))
SPOIL(norm_weight_of_head, TENSOR_OF(NORM).src[1]].dims[0] = 4; list->ops[NORM].params[1] = 4)
SPOIL(norm_bias_rows, list->ops[NORM].src[2] = list->ops[NORM].src[0])
SPOIL(norm_onto_weight, TENSOR_OF(NORM).src[1]].offset = TENSOR_OF(NORM).dst].offset)
SPOIL(sum_columns, TENSOR_OF(SUM).src[1]].dims[0] = WIDTH - 1; list->ops[NORM].src[1] = -1;
      list->ops[NORM].src[2] = -1)
SPOIL(product_rows, list->ops[PRODUCT].src[1] = list->ops[SUM].src[0];
      TENSOR_OF(PRODUCT).dst].dims[1] = TOKENS - 1)
SPOIL(product_few_rows, list->ops[PRODUCT].src[1] = list->ops[COPIED].dst;
      TENSOR_OF(COPIED).dst].dims[1] = 2)
SPOIL(sum_type, list->ops[SUM].src[1] = list->ops[FACTORS].src[0])
SPOIL(limits_crossed, listing_param(&list->ops[LIMITED], 0, 1))
SPOIL(limit_nan, listing_param(&list->ops[LIMITED], 1, NAN))
SPOIL(limited_shape, TENSOR_OF(LIMITED).dst].dims[0] = 4)
SPOIL(copied_shape, TENSOR_OF(COPIED).dst].dims[1] = 2)
SPOIL(copied_type, TENSOR_OF(COPIED).dst].type = LK_TYPE_I32)
SPOIL(copied_onto_itself, list->ops[COPIED].dst = list->ops[COPIED].src[0])
SPOIL(step_zero, list->ops[FACTORS].params[1] = 0)
SPOIL(step_negative, list->ops[FACTORS].params[1] = -1)
SPOIL(scale_infinite, listing_param(&list->ops[FACTORS], 0, INFINITY))
SPOIL(factors_wide, TENSOR_OF(FACTORS).dst].dims[1] = 1; TENSOR_OF(FACTORS).dst].dims[0] = TOKENS)
SPOIL(positions_few, TENSOR_OF(FACTORS).src[0]].dims[0] = TOKENS - 1)
SPOIL(positions_float, list->ops[FACTORS].src[0] = list->ops[NORM].src[1])
SPOIL(kind_unknown, list->ops[ACTIVATED].params[0] = LK_GLU_KIND_SWIGLU_OAI + 1)
SPOIL(kind_negative, list->ops[ACTIVATED].params[0] = -1)
SPOIL(xielu_nan, listing_param(&list->ops[ACTIVATED], 2, NAN))
SPOIL(xielu_eps, listing_param(&list->ops[ACTIVATED], 4, -INFINITY))
SPOIL(swiglu_without_up, list->ops[GATED].src[1] = -1)
SPOIL(swiglu_limit_zero, listing_param(&list->ops[GATED], 2, 0))
SPOIL(swiglu_limit_nan, listing_param(&list->ops[GATED], 2, NAN))
SPOIL(swiglu_alpha, listing_param(&list->ops[GATED], 1, INFINITY))

static const struct {
    const char *name;
    spoil_fn spoil;
    const char *part; /* what the line must say; NULL where the record is good */
} records[] = {
    {"valid", leave, NULL},
    {"norm width 0", norm_width_zero, "norm: LAYER_NORM: width is 0"},
    {"norm width -12", norm_width_negative, "width is -12"},
    {"norm width 5", norm_width_odd, "x has 12 columns, not a multiple of width 5"},
    {"norm width 2^31 - 1", norm_width_large, "not a multiple of width 2147483647"},
    {"norm eps NaN", norm_eps_nan, "eps is "},
    {"norm eps -1", norm_eps_negative, "eps is -1"},
    {"norm weight of a head", norm_weight_of_head, "weight has 4 elements, not 12"},
    {"norm bias of rows", norm_bias_rows, "bias has more than 1 dimension"},
    {"norm onto its weight", norm_onto_weight, "norm: LAYER_NORM: dst overlaps src[1]"},
    {"sum of other columns", sum_columns, "sum: ADD: b is [11, 1], neither dst's [12, 3] nor 1"},
    {"product of other rows", product_rows, "product: MUL: a is [12, 3], dst is [12, 2]"},
    {"product of few rows", product_few_rows, "product: MUL: b is [12, 2], neither dst's [12, 3] nor 1"},
    {"sum of integers", sum_type, "sum: ADD: b is i32"},
    {"limits crossed", limits_crossed, "limited: CLAMP: limits are [1, 0]"},
    {"limit NaN", limit_nan, "limited: CLAMP: limits are [0, "},
    {"limited shape", limited_shape, "x is [12, 3], dst is [4, 3]"},
    {"copied shape", copied_shape, "copied: COPY: x is [12, 3], dst is [12, 2]"},
    {"copied type", copied_type, "copied: COPY: dst is i32, not F32"},
    {"copied onto itself", copied_onto_itself, "copied: COPY: dst overlaps src[0]"},
    {"step 0", step_zero, "factors: TEMPERATURE: step is 0"},
    {"step -1", step_negative, "step is -1"},
    {"scale infinite", scale_infinite, "scale is inf"},
    {"factors wide", factors_wide, "dst has 3 columns, not 1"},
    {"positions few", positions_few, "positions has 2 elements, not 3"},
    {"positions float", positions_float, "positions is F32, not i32"},
    {"kind 11", kind_unknown, "xielu: GLU: glu kind 11 is unknown"},
    {"kind -1", kind_negative, "glu kind -1 is unknown"},
    {"xielu alpha NaN", xielu_nan, "xielu: GLU: alpha_n is "},
    {"xielu eps infinite", xielu_eps, "eps is -inf"},
    {"swiglu without up", swiglu_without_up, "swiglu: GLU: up is absent"},
    {"swiglu limit 0", swiglu_limit_zero, "limit is 0"},
    {"swiglu limit NaN", swiglu_limit_nan, "limit is "},
    {"swiglu alpha infinite", swiglu_alpha, "alpha is inf"},
};

static void check_records(void) {
    for (size_t i = 0; i < sizeof(records) / sizeof(*records); ++i) {
        listing list = valid_listing();
        records[i].spoil(&list);
        listing_result result = run(&list);
        check_outcome(records[i].name, result.status, records[i].part);
        free(result.image);
        listing_free(&list);
    }
}

void check_element_ops(void) {
    check_layer_norm();
    check_far_layer_norm(1000);
    check_far_layer_norm(100000);
    check_pairs();
    check_clamp_and_copy();
    check_temperatures();
    check_records();
}
