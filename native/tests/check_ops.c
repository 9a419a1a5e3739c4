/* Every op with more than its reference x every ISA, as one-op programs: shapes with tails, live counts below
 * the capacity, in place where that is allowed. All bytes outside the live rows of dst must be as they were.
 */
#include "core/cpu_features.h"
#include "tests/attention_cases.h"
#include "tests/attention_naive.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/listing.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t widths[] = {1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 256, 576};
static const int64_t capacities[] = {1, 2, 5};

enum { IN_PLACE = 1, PADDED = 2, VARIANTS = 4 };

/* One case of an op: n wide, with rows of capacity; a variant decides what is optional. */
typedef struct op_case {
    listing *list;
    random_state *random;
    int64_t n, capacity;
    int32_t variant;
    int64_t pad; /* bytes between rows */
} op_case;

static int32_t source(const op_case *in, int64_t n, int64_t rows) {
    return listing_random(in->list, LK_TYPE_F32, n, rows, in->pad, in->random);
}

static int32_t result(const op_case *in, int64_t n) {
    return listing_tensor(in->list, LK_TYPE_F32, n, in->capacity, 1, 1, in->pad);
}

static int32_t result_or(const op_case *in, int32_t x) {
    return in->variant & IN_PLACE ? x : result(in, in->n);
}

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* The builders return false where a shape is none of the op's. */
static bool build_quantize(const op_case *in) {
    if (in->variant & IN_PLACE) return false;
    const int32_t x = source(in, in->n, in->capacity);
    /* Zeros, and what a step cannot be made of: subnormals, the largest, infinities, NaN. */
    static const float odd[] = {0, 1e-40f, 1e-31f, 3e38f, INFINITY, -INFINITY, NAN};
    if (in->n > 40) memset(listing_floats(in->list, x, 0), 0, 32 * sizeof(float));
    if (random_below(in->random, 2))
        listing_floats(in->list, x, in->capacity - 1)[in->n / 2] = odd[random_below(in->random, 7)];
    static const int32_t types[] = {LK_TYPE_A8, LK_TYPE_A8X2, LK_TYPE_BF16};
    const int32_t type = types[random_below(in->random, 3)];
    const int32_t dst = listing_tensor(in->list, type, in->n, in->capacity, 1, 1, in->pad);
    listing_op(in->list, LK_OPCODE_QUANTIZE, "x", dst)->src[0] = x;
    return true;
}

static bool build_rms_norm(const op_case *in) {
    const int32_t heads = random_below(in->random, 3) + 1;
    const op_case wide = {in->list, in->random, in->n * heads, in->capacity, in->variant, in->pad};
    const int32_t x = source(&wide, wide.n, in->capacity);
    lk_op *op = listing_op(in->list, LK_OPCODE_RMS_NORM, "x", result_or(&wide, x));
    op->src[0] = x;
    if (random_below(in->random, 3) > 0) op->src[1] = source(in, in->n, 1);
    op->params[0] = float_bits(1e-5f);
    op->params[1] = (int32_t)in->n;
    return true;
}

/* A mean far from zero beside the deviation, too, and rows that are all the same. */
static bool build_layer_norm(const op_case *in) {
    const int32_t heads = random_below(in->random, 3) + 1;
    const op_case wide = {in->list, in->random, in->n * heads, in->capacity, in->variant, in->pad};
    const int32_t x = source(&wide, wide.n, in->capacity);
    const float mean = random_below(in->random, 2) ? 0 : 20;
    for (int64_t r = 0; r < in->capacity; ++r)
        for (int64_t i = 0; i < wide.n; ++i) listing_floats(in->list, x, r)[i] += mean;
    if (random_below(in->random, 4) == 0)
        for (int64_t i = 0; i < in->n; ++i) listing_floats(in->list, x, 0)[i] = 0.1f;
    lk_op *op = listing_op(in->list, LK_OPCODE_LAYER_NORM, "x", result_or(&wide, x));
    op->src[0] = x;
    if (random_below(in->random, 3) > 0) op->src[1] = source(&wide, wide.n, 1);
    if (random_below(in->random, 3) > 0) op->src[2] = source(&wide, wide.n, 1);
    op->params[0] = float_bits(1e-5f);
    op->params[1] = (int32_t)in->n;
    return true;
}

static bool build_clamp(const op_case *in) {
    static const float limits[][2] = {{-0.5f, 0.5f}, {0, INFINITY}, {-INFINITY, 0.25f}, {0.125f, 0.125f}};
    const int32_t x = source(in, in->n, in->capacity), chosen = random_below(in->random, 4);
    listing_floats(in->list, x, 0)[in->n / 2] = NAN;
    lk_op *op = listing_op(in->list, LK_OPCODE_CLAMP, "x", result_or(in, x));
    op->src[0] = x;
    op->params[0] = float_bits(limits[chosen][0]);
    op->params[1] = float_bits(limits[chosen][1]);
    return true;
}

static bool build_copy(const op_case *in) {
    if (in->variant & IN_PLACE) return false;
    const int32_t x = source(in, in->n, in->capacity);
    listing_op(in->list, LK_OPCODE_COPY, "x", result(in, in->n))->src[0] = x;
    return true;
}

static bool build_binary(const op_case *in, int32_t opcode) {
    const int32_t a = source(in, in->n, in->capacity);
    const int64_t columns = random_below(in->random, 2) ? 1 : in->n;
    const int32_t b = source(in, columns, random_below(in->random, 2) ? 1 : in->capacity);
    lk_op *op = listing_op(in->list, opcode, "x", result_or(in, a));
    op->src[0] = a;
    op->src[1] = b;
    return true;
}

static bool build_add(const op_case *in) {
    return build_binary(in, LK_OPCODE_ADD);
}

static bool build_mul(const op_case *in) {
    return build_binary(in, LK_OPCODE_MUL);
}

static bool build_scale(const op_case *in) {
    const int32_t x = source(in, in->n, in->capacity);
    lk_op *op = listing_op(in->list, LK_OPCODE_SCALE, "x", result_or(in, x));
    op->src[0] = x;
    op->params[0] = float_bits(random_float(in->random));
    op->params[1] = float_bits(random_float(in->random));
    return true;
}

static bool build_soft_max(const op_case *in) {
    const int32_t x = source(in, in->n, in->capacity);
    lk_op *op = listing_op(in->list, LK_OPCODE_SOFT_MAX, "x", result_or(in, x));
    op->src[0] = x;
    op->params[0] = float_bits(random_below(in->random, 2) ? 1.0f : 60.0f);
    return true;
}

static bool build_rope(const op_case *in) {
    const int64_t head_dim = in->n, heads = random_below(in->random, 3) + 1;
    if (head_dim % 2 != 0) return false;
    const op_case wide = {in->list, in->random, head_dim * heads, in->capacity, in->variant, in->pad};
    const int32_t x = source(&wide, wide.n, in->capacity);
    const int64_t rotated =
        random_below(in->random, 2) ? head_dim : (random_below(in->random, (int32_t)head_dim) / 2 + 1) * 2;
    const int32_t table = source(in, rotated <= head_dim ? rotated : head_dim, in->capacity);
    lk_op *op = listing_op(in->list, LK_OPCODE_ROPE, "x", result_or(&wide, x));
    op->src[0] = x;
    op->src[1] = table;
    op->params[0] = (int32_t)head_dim;
    op->params[1] = random_below(in->random, 2) ? LK_ROPE_MODE_NORM : LK_ROPE_MODE_NEOX;
    return true;
}

static bool build_kv_store(const op_case *in) {
    enum { BLOCK_TOKENS = 4, BLOCKS = 5 };
    if (in->variant & IN_PLACE) return false;
    const int64_t kv_heads = random_below(in->random, 3) + 1;
    const int32_t x = source(in, in->n * kv_heads, in->capacity);
    static const int32_t types[] = {LK_TYPE_F32,  LK_TYPE_F16,  LK_TYPE_BF16, LK_TYPE_Q8_0,  LK_TYPE_Q5_1,
                                    LK_TYPE_Q5_0, LK_TYPE_Q4_1, LK_TYPE_Q4_0, LK_TYPE_IQ4_NL};
    const int32_t type = types[random_below(in->random, in->n % 32 == 0 ? 9 : 3)];
    const int32_t cache = listing_tensor(in->list, type, in->n, BLOCK_TOKENS, kv_heads, BLOCKS, 0);
    int32_t slots[8];
    for (int64_t i = 0; i < in->capacity; ++i)
        slots[i] = random_below(in->random, 4) == 0 ? -1 : (int32_t)(7 * i + 3) % (BLOCK_TOKENS * BLOCKS);
    lk_op *op = listing_op(in->list, LK_OPCODE_KV_STORE, "x", cache);
    op->src[0] = x;
    op->src[1] = listing_indices(in->list, in->capacity, slots);
    return true;
}

/* SWIGLU_OAI needs up; EXP overflows at the wide spread, and infinities have no difference. */
static void set_glu_kind(const op_case *in, lk_op *op, float spread) {
    static const float xielu[] = {0.8f, 1.3f, 0.5f, -1e-6f}, swiglu[] = {1.702f, 7};
    do op->params[0] = random_below(in->random, LK_GLU_KIND_SWIGLU_OAI + 1);
    while ((op->params[0] == LK_GLU_KIND_SWIGLU_OAI && op->src[1] < 0) ||
           (op->params[0] == LK_GLU_KIND_EXP && spread > 80));
    if (op->params[0] == LK_GLU_KIND_XIELU)
        for (int i = 0; i < 4; ++i) op->params[1 + i] = float_bits(xielu[i]);
    if (op->params[0] == LK_GLU_KIND_SWIGLU_OAI)
        for (int i = 0; i < 2; ++i) op->params[1 + i] = float_bits(swiglu[i]);
}

/* Gates beyond where an exponential would overflow, too. */
static bool build_glu(const op_case *in) {
    const int32_t gate = source(in, in->n, in->capacity);
    const float spread = random_below(in->random, 2) ? 4.0f : 200.0f;
    for (int64_t r = 0; r < in->capacity; ++r)
        for (int64_t i = 0; i < in->n; ++i) listing_floats(in->list, gate, r)[i] *= spread;
    const bool has_up = random_below(in->random, 4) > 0;
    const int32_t up = has_up ? source(in, in->n, in->capacity) : -1;
    lk_op *op = listing_op(in->list, LK_OPCODE_GLU, "x", result_or(in, gate));
    op->src[0] = gate;
    op->src[1] = up;
    set_glu_kind(in, op, spread);
    return true;
}

/* In place means that the residual is dst. */
static bool build_mat_mul(const op_case *in) {
    static const int32_t types[] = {LK_TYPE_F32, LK_TYPE_F16, LK_TYPE_BF16, LK_TYPE_Q8_0, LK_TYPE_Q4_K};
    const int32_t type = types[random_below(in->random, 5)];
    const int64_t k = (random_below(in->random, 3) + 1) * (int64_t)lk_type_find(type)->block_length;
    const int32_t weights = listing_random(in->list, type, k, in->n, 0, in->random);
    int32_t activation = lk_type_activation(type);
    if (activation == LK_TYPE_A8 && random_below(in->random, 2)) activation = LK_TYPE_A8X2;
    if (type == LK_TYPE_BF16 && random_below(in->random, 2)) activation = LK_TYPE_BF16;
    const int64_t pad = activation == LK_TYPE_A8X2 ? 0 : in->pad;
    const int32_t x = listing_random(in->list, activation, k, in->capacity, pad, in->random);
    const int32_t bias = random_below(in->random, 2) ? source(in, in->n, 1) : -1;
    const bool in_place = (in->variant & IN_PLACE) != 0, residual = in_place || random_below(in->random, 2);
    const int32_t added = residual ? source(in, in->n, in->capacity) : -1;
    lk_op *op = listing_op(in->list, LK_OPCODE_MAT_MUL, "x", in_place ? added : result(in, in->n));
    op->src[0] = weights;
    op->src[1] = x;
    op->src[2] = bias;
    op->src[3] = added;
    return true;
}

static bool build_attention(const op_case *in) {
    if (in->variant & IN_PLACE) return false;
    attention_case_build(in->list, in->random, in->n, in->capacity, in->pad);
    return true;
}

/* Up to 4 results a row: planes inside a row, or one after the other. */
static bool build_expert_sum(const op_case *in) {
    if (in->variant & IN_PLACE) return false;
    const int64_t k = random_below(in->random, 4) + 1;
    const bool inside = random_below(in->random, 2);
    const int32_t x = inside ? source(in, in->n * k, in->capacity) : source(in, in->n, in->capacity * k);
    lk_tensor *planes = &in->list->tensors[x];
    planes->dims[0] = in->n;
    planes->dims[1] = in->capacity;
    planes->dims[2] = k;
    planes->strides[2] = inside ? in->n * (int64_t)sizeof(float) : in->capacity * planes->strides[1];
    const int32_t weights = random_below(in->random, 3) > 0 ? source(in, k, in->capacity) : -1;
    lk_op *op = listing_op(in->list, LK_OPCODE_EXPERT_SUM, "x", result(in, in->n));
    op->src[0] = x;
    op->src[1] = weights;
    return true;
}

/* limit: the largest ||a - b|| / ||b|| over the live rows, b the reference's; 0: the same bytes. */
static const struct {
    const char *name;
    bool (*build)(const op_case *in);
    double limit;
} cases[] = {
    {"QUANTIZE", build_quantize, 0},
    {"RMS_NORM", build_rms_norm, 3e-7},
    {"LAYER_NORM", build_layer_norm, 5e-7},
    {"ADD", build_add, 0},
    {"MUL", build_mul, 0},
    {"SCALE", build_scale, 1e-7},
    {"CLAMP", build_clamp, 0},
    {"COPY", build_copy, 0},
    {"SOFT_MAX", build_soft_max, 5e-7},
    {"ROPE", build_rope, 2e-7},
    {"KV_STORE", build_kv_store, 0},
    {"GLU", build_glu, 1e-6},
    {"MAT_MUL", build_mat_mul, 1e-5},
    {"ATTENTION", build_attention, 2e-6},
    {"EXPERT_SUM", build_expert_sum, 5e-7},
};

static double difference(const listing *list, const uint8_t *a, const uint8_t *b, int64_t rows) {
    const lk_tensor *dst = &list->tensors[list->ops[0].dst];
    double apart = 0, norm = 0;
    for (int64_t r = 0; r < rows; ++r) {
        const float *left = (const float *)(const void *)(a + dst->offset + r * dst->strides[1]);
        const float *right = (const float *)(const void *)(b + dst->offset + r * dst->strides[1]);
        for (int64_t i = 0; i < dst->dims[0]; ++i) {
            apart += ((double)left[i] - right[i]) * ((double)left[i] - right[i]);
            norm += (double)right[i] * right[i];
        }
    }
    return norm > 0 ? sqrt(apart / norm) : sqrt(apart);
}

/* Takes the live rows of dst out of the comparison. */
static void blank_results(const listing *list, uint8_t *image, int64_t rows) {
    const lk_tensor *dst = &list->tensors[list->ops[0].dst];
    for (int64_t r = 0; r < rows; ++r)
        memset(image + dst->offset + r * dst->strides[1], 0, (size_t)lk_row_bytes(dst->type, dst->dims[0]));
}

static bool writes_only(const listing *list, const uint8_t *image, int64_t rows) {
    uint8_t *before = malloc((size_t)list->bytes), *after = malloc((size_t)list->bytes);
    memcpy(before, list->image, (size_t)list->bytes);
    memcpy(after, image, (size_t)list->bytes);
    blank_results(list, before, rows);
    blank_results(list, after, rows);
    const bool same = memcmp(before, after, (size_t)list->bytes) == 0;
    free(before);
    free(after);
    return same;
}

static void compare(const listing *list, const char *name, double limit, const uint8_t *image,
                    const uint8_t *expected, int64_t rows) {
    if (limit == 0) {
        check_that(memcmp(image, expected, (size_t)list->bytes) == 0, "%s: not the reference's bytes", name);
        return;
    }
    const double error = difference(list, image, expected, rows);
    check_that(error <= limit, "%s: error %.3g, the limit is %.3g", name, error, limit);
    check_that(writes_only(list, image, rows), "%s: wrote outside the live rows of dst", name);
}

/* Of ATTENTION, which may round more, what its text allows an ISA. */
static double limit_of(const listing *list, lk_isa isa, double limit) {
    if (list->ops[0].opcode != LK_OPCODE_ATTENTION) return limit;
    const attention in = {*list, &list->ops[0]};
    return fmax(limit, sqrt(attention_tolerance(&in, isa)));
}

static void run_isas(const listing *list, const char *name, double limit, int32_t live) {
    const int32_t args[LK_ARGUMENT_COUNT] = {live, 0, 0};
    listing_result expected = listing_run(list, 1u << LK_ISA_REFERENCE, 1, args);
    check_that(expected.status == LK_STATUS_OK, "%s: %s", name, lk_last_error());
    for (int isa = LK_ISA_PLAIN; isa < LK_ISA_COUNT && expected.status == LK_STATUS_OK; ++isa) {
        if (!check_has((lk_isa)isa)) continue;
        char text[160];
        snprintf(text, sizeof(text), "%s %s live %d", name, lk_isa_name((lk_isa)isa), live);
        listing_result got = listing_run(list, 1u << isa | 1u << LK_ISA_PLAIN, 1, args);
        if (check_that(got.status == LK_STATUS_OK, "%s: %s", text, lk_last_error()))
            compare(list, text, limit_of(list, (lk_isa)isa, limit), got.image, expected.image, live);
        free(got.image);
    }
    if (expected.status == LK_STATUS_OK && limit > 0)
        check_that(writes_only(list, expected.image, live),
                   "%s reference: wrote outside the live rows of dst", name);
    free(expected.image);
}

static void check_case(size_t index, int64_t n, int64_t capacity, int32_t variant) {
    char name[128];
    snprintf(name, sizeof(name), "%s n %lld, %lld rows%s%s", cases[index].name, (long long)n,
             (long long)capacity, variant & IN_PLACE ? ", in place" : "", variant & PADDED ? ", padded" : "");
    random_state random = check_random(name);
    listing list = listing_create();
    const op_case in = {&list, &random, n, capacity, variant, variant & PADDED ? 12 : 0};
    if (cases[index].build(&in)) {
        run_isas(&list, name, cases[index].limit, (int32_t)capacity);
        if (capacity > 1) run_isas(&list, name, cases[index].limit, (int32_t)capacity - 1);
        run_isas(&list, name, cases[index].limit, 0);
    }
    listing_free(&list);
}

void check_ops(void) {
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i)
        for (size_t w = 0; w < sizeof(widths) / sizeof(*widths); ++w)
            for (size_t c = 0; c < sizeof(capacities) / sizeof(*capacities); ++c)
                for (int32_t variant = 0; variant < VARIANTS; ++variant)
                    check_case(i, widths[w], capacities[c], variant);
}
