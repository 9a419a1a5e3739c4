/* A dst of several planes, computed at once, has the bits of its planes computed one by one: for every op
 * that goes by planes, whether the planes lie inside the rows, with gaps between them, or apart; and what is
 * refused. */
#include "tests/check.h"
#include "tests/listing.h"
#include "tests/weights.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 7 };

typedef enum plane_layout { INSIDE, WITH_GAPS, APART, LAYOUTS } plane_layout;
static const char *const layout_names[] = {"inside rows", "with gaps", "apart"};

typedef struct plane_case {
    listing *list;
    random_state *random;
    int64_t n, planes;
    plane_layout layout;
} plane_case;

static int32_t tensor_of(const plane_case *c, int32_t type, int64_t n, int64_t rows, int64_t planes) {
    if (planes == 1 || c->layout == APART) return listing_tensor(c->list, type, n, rows, planes, 1, 0);
    return listing_planes(c->list, type, n, rows, planes, c->layout == WITH_GAPS ? 12 : 0);
}

static void fill(const plane_case *c, int32_t tensor) {
    const lk_tensor *view = &c->list->tensors[tensor];
    const lk_type_kernels *weights = lk_type_find(view->type);
    for (int64_t p = 0; p < view->dims[2]; ++p)
        for (int64_t r = 0; r < view->dims[1]; ++r) {
            uint8_t *row = c->list->image + view->offset + p * view->strides[2] + r * view->strides[1];
            if (weights == NULL || view->type == LK_TYPE_F32)
                activations_fill(row, view->type, view->dims[0], c->random);
            else
                weights_fill(row, weights, view->dims[0], c->random);
        }
}

/* Random, of all planes or of one that serves them all. */
static int32_t source(const plane_case *c, int32_t type, int64_t n, int64_t rows) {
    const int32_t tensor = tensor_of(c, type, n, rows, random_below(c->random, 2) ? c->planes : 1);
    fill(c, tensor);
    return tensor;
}

static lk_op *add_op(const plane_case *c, int32_t opcode, int32_t type, int64_t n) {
    return listing_op(c->list, opcode, "planes", tensor_of(c, type, n, ROWS, c->planes));
}

static lk_op *add_float_op(const plane_case *c, int32_t opcode) {
    lk_op *op = add_op(c, opcode, LK_TYPE_F32, c->n);
    op->src[0] = source(c, LK_TYPE_F32, c->n, ROWS);
    return op;
}

static void build_pair(const plane_case *c) {
    lk_op *op = add_float_op(c, random_below(c->random, 2) ? LK_OPCODE_ADD : LK_OPCODE_MUL);
    const int64_t columns = random_below(c->random, 2) ? 1 : c->n;
    op->src[1] = source(c, LK_TYPE_F32, columns, random_below(c->random, 2) ? 1 : ROWS);
}

static void build_rms_norm(const plane_case *c) {
    lk_op *op = add_float_op(c, LK_OPCODE_RMS_NORM);
    op->src[1] = source(c, LK_TYPE_F32, c->n, 1);
    op->params[1] = (int32_t)c->n;
}

static void build_layer_norm(const plane_case *c) {
    lk_op *op = add_float_op(c, LK_OPCODE_LAYER_NORM);
    op->src[1] = source(c, LK_TYPE_F32, c->n, 1);
    op->src[2] = source(c, LK_TYPE_F32, c->n, 1);
    listing_param(op, 0, 1e-5f);
    op->params[1] = (int32_t)c->n;
}

static void build_one_source(const plane_case *c) {
    static const int32_t opcodes[] = {LK_OPCODE_SCALE, LK_OPCODE_CLAMP, LK_OPCODE_COPY, LK_OPCODE_SOFT_MAX};
    lk_op *op = add_float_op(c, opcodes[random_below(c->random, 4)]);
    listing_param(op, 0, 0.25f);
    listing_param(op, 1, 0.5f);
}

static void build_rope(const plane_case *c) {
    lk_op *op = add_float_op(c, LK_OPCODE_ROPE);
    op->src[1] = source(c, LK_TYPE_F32, 8, ROWS);
    op->params[0] = (int32_t)c->n;
    op->params[1] = random_below(c->random, 2);
}

static void build_glu(const plane_case *c) {
    lk_op *op = add_float_op(c, LK_OPCODE_GLU);
    op->src[1] = source(c, LK_TYPE_F32, c->n, ROWS);
    op->params[0] = random_below(c->random, LK_GLU_KIND_EXP + 1);
}

static void build_choice(const plane_case *c) {
    const bool largest = random_below(c->random, 2);
    lk_op *op = add_op(c, largest ? LK_OPCODE_ARGMAX : LK_OPCODE_TOP_K, LK_TYPE_I32, largest ? 1 : 3);
    op->src[0] = source(c, LK_TYPE_F32, c->n, ROWS);
}

static void build_quantize(const plane_case *c) {
    static const int32_t types[] = {LK_TYPE_A8, LK_TYPE_A8X2, LK_TYPE_BF16};
    const int32_t type = types[random_below(c->random, 3)];
    lk_op *op = add_op(c, LK_OPCODE_QUANTIZE, type, c->n);
    op->src[0] = source(c, LK_TYPE_F32, c->n, ROWS);
}

/* Several units of weight rows a plane. Rows of a8x2 are adjacent, so that its planes lie apart. */
static void build_mat_mul(const plane_case *c) {
    static const int32_t types[] = {LK_TYPE_F32, LK_TYPE_F16, LK_TYPE_Q8_0, LK_TYPE_Q4_K};
    const int32_t type = types[random_below(c->random, 4)];
    const int64_t m = 131, k = 256;
    plane_case apart = *c;
    apart.layout = APART;
    lk_op *op = add_op(c, LK_OPCODE_MAT_MUL, LK_TYPE_F32, m);
    op->src[0] = source(type == LK_TYPE_F32 ? c : &apart, type, k, m);
    const bool refined = lk_type_activation(type) == LK_TYPE_A8 && random_below(c->random, 2);
    op->src[1] = source(refined ? &apart : c, refined ? LK_TYPE_A8X2 : lk_type_activation(type), k, ROWS);
    if (random_below(c->random, 2)) op->src[2] = source(c, LK_TYPE_F32, m, 1);
    if (random_below(c->random, 2)) op->src[3] = source(c, LK_TYPE_F32, m, ROWS);
}

static const struct {
    const char *name;
    void (*build)(const plane_case *c);
} cases[] = {
    {"ADD, MUL", build_pair},
    {"RMS_NORM", build_rms_norm},
    {"LAYER_NORM", build_layer_norm},
    {"SCALE, CLAMP, COPY, SOFT_MAX", build_one_source},
    {"ROPE", build_rope},
    {"GLU", build_glu},
    {"ARGMAX, TOP_K", build_choice},
    {"QUANTIZE", build_quantize},
    {"MAT_MUL", build_mat_mul},
};

/* Memory of its own, laid out as another tensor. */
static int32_t twin_of(listing *list, int32_t tensor) {
    const lk_tensor *view = &list->tensors[tensor];
    int64_t bytes = lk_row_bytes(view->type, view->dims[0]) + (view->dims[1] - 1) * view->strides[1] +
                    (view->dims[2] - 1) * view->strides[2];
    const int32_t made = listing_tensor(list, LK_TYPE_I32, bytes / 4, 1, 1, 1, 0);
    const int64_t offset = list->tensors[made].offset;
    list->tensors[made] = list->tensors[tensor];
    list->tensors[made].offset = offset;
    return made;
}

/* The planes of the first op again, an op each, into another tensor. */
static int32_t add_plane_ops(listing *list) {
    const lk_op whole = list->ops[0];
    const int32_t twin = twin_of(list, whole.dst);
    for (int64_t p = 0; p < list->tensors[twin].dims[2]; ++p) {
        lk_op *op = listing_op(list, whole.opcode, "plane", listing_plane(list, twin, p));
        memcpy(op->params, whole.params, sizeof(op->params));
        for (int i = 0; i < LK_OP_SOURCES; ++i) {
            op->src[i] = whole.src[i];
            if (whole.src[i] >= 0 && list->tensors[whole.src[i]].dims[2] > 1)
                op->src[i] = listing_plane(list, whole.src[i], p);
        }
    }
    return twin;
}

static void copy_live(const lk_tensor *view, uint8_t *to, const uint8_t *from, int32_t live) {
    for (int64_t p = 0; p < view->dims[2]; ++p)
        for (int64_t r = 0; r < live; ++r) {
            const int64_t offset = view->offset + p * view->strides[2] + r * view->strides[1];
            memcpy(to + offset, from + offset, (size_t)lk_row_bytes(view->type, view->dims[0]));
        }
}

/* The live rows of both dsts hold the same, and no other byte has changed. */
static void check_result(const listing *list, const char *name, const uint8_t *image, int32_t twin,
                         int32_t live) {
    const lk_tensor *whole = &list->tensors[list->ops[0].dst], *by_plane = &list->tensors[twin];
    bool same = true;
    for (int64_t p = 0; p < whole->dims[2]; ++p)
        for (int64_t r = 0; r < live; ++r) {
            const int64_t at = p * whole->strides[2] + r * whole->strides[1];
            same = same && memcmp(image + whole->offset + at, image + by_plane->offset + at,
                                  (size_t)lk_row_bytes(whole->type, whole->dims[0])) == 0;
        }
    check_that(same, "%s: not the bits of single planes", name);
    uint8_t *expected = malloc((size_t)list->bytes);
    memcpy(expected, list->image, (size_t)list->bytes);
    copy_live(whole, expected, image, live);
    copy_live(by_plane, expected, image, live);
    check_that(memcmp(expected, image, (size_t)list->bytes) == 0, "%s: wrote outside dst's live rows", name);
    free(expected);
}

static void check_case(size_t index, const plane_case *c, const char *name) {
    static const int32_t threads[] = {1, 2, 5}, lives[] = {ROWS, ROWS - 2, 0};
    cases[index].build(c);
    const int32_t twin = add_plane_ops(c->list);
    for (size_t l = 0; l < sizeof(lives) / sizeof(*lives); ++l) {
        const int32_t args[LK_ARGUMENT_COUNT] = {lives[l], 0, 0};
        for (size_t t = 0; t < sizeof(threads) / sizeof(*threads); ++t) {
            listing_result result = listing_run(c->list, check.isas, threads[t], args);
            if (check_that(result.status == LK_STATUS_OK, "%s: %s", name, lk_last_error()))
                check_result(c->list, name, result.image, twin, lives[l]);
            free(result.image);
        }
    }
}

static void check_cases(void) {
    enum { REPEATS = 4 };
    static const int64_t planes[] = {2, 5}, widths[] = {12, 37};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i)
        for (int layout = 0; layout < LAYOUTS; ++layout)
            for (int repeat = 0; repeat < REPEATS; ++repeat) {
                char name[96];
                snprintf(name, sizeof(name), "planes of %s, %s, %d", cases[i].name, layout_names[layout],
                         repeat);
                random_state random = check_random(name);
                listing list = listing_create();
                const plane_case c = {&list, &random, widths[repeat / 2], planes[repeat % 2],
                                      (plane_layout)layout};
                check_case(i, &c, name);
                listing_free(&list);
            }
}

/* Norm over every head, then a rotation of the last 8 elements of each, in place; chained and not. */
static listing chain_listing(bool chained) {
    enum { HEADS = 3, HEAD_DIM = 20, ROTATED = 8 };
    random_state random = check_random("chain of planes");
    listing list = listing_create();
    const int32_t x = listing_random(&list, LK_TYPE_F32, HEADS * HEAD_DIM, ROWS, 0, &random);
    const int32_t table = listing_random(&list, LK_TYPE_F32, ROTATED, ROWS, 0, &random);
    const int32_t heads = listing_planes(&list, LK_TYPE_F32, HEAD_DIM, ROWS, HEADS, 0);
    const int32_t flat = listing_plane(&list, heads, 0), ends = listing_plane(&list, heads, 0);
    list.tensors[flat].dims[0] = HEADS * HEAD_DIM;
    list.tensors[ends].dims[0] = ROTATED;
    list.tensors[ends].dims[2] = HEADS;
    list.tensors[ends].offset += (HEAD_DIM - ROTATED) * (int64_t)sizeof(float);
    lk_op *norm = listing_op(&list, LK_OPCODE_RMS_NORM, "norm", flat);
    norm->src[0] = x;
    norm->params[1] = HEAD_DIM;
    lk_op *rope = listing_op(&list, LK_OPCODE_ROPE, "rope", ends);
    rope->src[0] = ends;
    rope->src[1] = table;
    rope->params[0] = ROTATED;
    lk_op *scale = listing_op(&list, LK_OPCODE_SCALE, "scale", heads);
    scale->src[0] = heads;
    listing_param(scale, 0, 0.5f);
    rope->chain = scale->chain = chained;
    if (chained) rope->phase = scale->phase = norm->phase;
    return list;
}

static void check_chain(void) {
    const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    listing apart = chain_listing(false), chained = chain_listing(true);
    listing_result expected = listing_run(&apart, check.isas, 1, args);
    check_that(expected.status == LK_STATUS_OK, "planes in phases: %s", lk_last_error());
    for (int32_t threads = 1; threads <= 5; ++threads) {
        listing_result got = listing_run(&chained, check.isas, threads, args);
        check_that(got.status == LK_STATUS_OK && expected.status == LK_STATUS_OK &&
                       memcmp(got.image, expected.image, (size_t)apart.bytes) == 0,
                   "planes in a chain on %d threads: %s", threads, lk_last_error());
        free(got.image);
    }
    free(expected.image);
    listing_free(&apart);
    listing_free(&chained);
}

/* The program that each refused record spoils: a sum, a look-up, a product of a8x2. */
enum { SUM, GET, PRODUCT };
enum { PLANES = 3 };

static listing valid_listing(void) {
    static const int32_t ids[ROWS] = {0};
    random_state random = check_random("planes refused");
    listing list = listing_create();
    const plane_case inside = {&list, &random, 8, PLANES, INSIDE}, apart = {&list, &random, 8, PLANES, APART};
    lk_op *sum = add_op(&inside, LK_OPCODE_ADD, LK_TYPE_F32, 8);
    sum->src[0] = tensor_of(&inside, LK_TYPE_F32, 8, ROWS, PLANES);
    sum->src[1] = tensor_of(&inside, LK_TYPE_F32, 1, ROWS, PLANES);
    lk_op *get = listing_op(&list, LK_OPCODE_GET_ROWS, "get", tensor_of(&inside, LK_TYPE_F32, 8, ROWS, 1));
    get->src[0] = tensor_of(&apart, LK_TYPE_F32, 8, 2, 1);
    get->src[1] = listing_indices(&list, ROWS, ids);
    lk_op *product = add_op(&inside, LK_OPCODE_MAT_MUL, LK_TYPE_F32, 8);
    product->src[0] = tensor_of(&apart, LK_TYPE_Q8_0, 32, 8, PLANES);
    product->src[1] = tensor_of(&apart, LK_TYPE_A8X2, 32, ROWS, PLANES);
    product->src[2] = tensor_of(&apart, LK_TYPE_F32, 8, 1, PLANES);
    product->src[3] = product->dst;
    for (int o = 0; o < list.op_count; ++o)
        for (int i = 0; i < LK_OP_SOURCES; ++i)
            if (list.ops[o].src[i] >= 0 && o != GET) fill(&apart, list.ops[o].src[i]);
    return list;
}

typedef void (*spoil_fn)(listing *list);
#define SPOIL(name, ...)                                                                                     \
    static void name(listing *list) {                                                                        \
        __VA_ARGS__;                                                                                         \
    }
#define DST(op) list->tensors[list->ops[op].dst]
#define SOURCE(op, i) list->tensors[list->ops[op].src[i]]

SPOIL(leave, (void)list)
SPOIL(few_planes, SOURCE(SUM, 0).dims[2] = PLANES - 1)
SPOIL(many_planes, SOURCE(SUM, 1).dims[2] = PLANES; DST(SUM).dims[2] = 1)
SPOIL(no_planes, SOURCE(SUM, 0).dims[2] = 0)
SPOIL(fourth, DST(SUM).dims[2] = 1; DST(SUM).dims[3] = PLANES; DST(SUM).strides[3] = DST(SUM).strides[2];
      SOURCE(SUM, 0).dims[2] = SOURCE(SUM, 1).dims[2] = 1)
SPOIL(fourth_of_source, SOURCE(SUM, 0).dims[2] = 1; SOURCE(SUM, 0).dims[3] = PLANES;
      SOURCE(SUM, 0).strides[3] = SOURCE(SUM, 0).strides[2])
SPOIL(planes_overlap, DST(SUM).strides[2] -= 4)
SPOIL(planes_past_end, SOURCE(SUM, 0).strides[2] = 1 << 20)
SPOIL(look_up, DST(GET).dims[2] = 2; DST(GET).dims[1] = 1; DST(GET).strides[2] = DST(GET).strides[1])
SPOIL(refined_inside, SOURCE(PRODUCT, 1).strides[1] = PLANES * LK_BLOCK_BYTES_A8X2;
      SOURCE(PRODUCT, 1).strides[2] = LK_BLOCK_BYTES_A8X2)
SPOIL(few_weights, SOURCE(PRODUCT, 0).dims[2] = 2)
SPOIL(few_biases, SOURCE(PRODUCT, 2).dims[2] = 2)
SPOIL(bias_of_rows, SOURCE(PRODUCT, 2).dims[2] = 1; SOURCE(PRODUCT, 2).dims[1] = PLANES)

static const struct {
    const char *name;
    spoil_fn spoil;
    const char *part; /* what the line must say; NULL where the record is good */
} records[] = {
    {"valid planes", leave, NULL},
    {"2 planes for 3", few_planes, "planes: ADD: src[0] has 2 planes, dst has 3"},
    {"3 planes for 1", many_planes, "planes: ADD: src[0] has 3 planes, dst has 1"},
    {"no planes", no_planes, "src[0]: dims[2] is 0"},
    {"a fourth dimension of dst", fourth, "dst has more than 2 dimensions"},
    {"a fourth dimension of a source", fourth_of_source, "a has more than 2 dimensions"},
    {"planes that overlap", planes_overlap, "dst: strides [4, 96, 28, "},
    {"planes past the end", planes_past_end, "src[0]: "},
    {"planes of a look-up", look_up, "get: GET_ROWS: dst has more than 2 dimensions"},
    {"planes of a8x2 inside rows", refined_inside, "those of a8x2 must be adjacent"},
    {"2 weights for 3", few_weights, "planes: MAT_MUL Q8_0 x a8x2: src[0] has 2 planes, dst has 3"},
    {"2 biases for 3", few_biases, "src[2] has 2 planes, dst has 3"},
    {"a bias of rows", bias_of_rows, "bias has more than 1 dimension"},
};

static void check_records(void) {
    const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    for (size_t i = 0; i < sizeof(records) / sizeof(*records); ++i) {
        listing list = valid_listing();
        records[i].spoil(&list);
        listing_result result = listing_run(&list, check.isas, 1, args);
        check_outcome(records[i].name, result.status, records[i].part);
        free(result.image);
        listing_free(&list);
    }
}

void check_planes(void) {
    check_cases();
    check_chain();
    check_records();
}
