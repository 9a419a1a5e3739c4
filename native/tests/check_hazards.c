/* What ops of one phase may do with each other's memory, and an op with its own: parts of heads, planes and
 * columns that cross without a byte in common are fine, a common byte is not, and a source that an op updates
 * counts as written. */
#include "core/program.h"
#include "tests/check.h"
#include "tests/listing.h"
#include <stdlib.h>

/* HEADS heads of [A | B] elements a row, ROWS rows; beside it a row of sources for each op. */
enum { ROWS = 3, HEADS = 4, A = 5, B = 3, HEAD = A + B };

static int32_t heads_tensor(listing *list) {
    return listing_planes(list, LK_TYPE_F32, HEAD, ROWS, HEADS, 0);
}

/* n elements of every step-th head, from an element of a head on. */
static int32_t part(listing *list, int32_t heads, int64_t element, int64_t n, int64_t count, int64_t step) {
    const int32_t view = listing_plane(list, heads, 0);
    lk_tensor *tensor = &list->tensors[view];
    tensor->dims[0] = n;
    tensor->dims[2] = count;
    tensor->strides[2] *= step;
    tensor->offset += element * (int64_t)sizeof(float);
    return view;
}

static int32_t values(listing *list, int64_t n) {
    random_state random = check_random("hazards");
    return listing_random(list, LK_TYPE_F32, n, ROWS, 0, &random);
}

/* An op of phase 0. */
static lk_op *add_op(listing *list, int32_t opcode, const char *name, int32_t dst, int32_t x) {
    lk_op *op = listing_op(list, opcode, name, dst);
    op->src[0] = x;
    op->phase = 0;
    listing_param(op, 1, 1);
    return op;
}

static void write_part(listing *list, const char *name, int32_t view) {
    add_op(list, LK_OPCODE_COPY, name, view, values(list, list->tensors[view].dims[0]));
}

static void read_part(listing *list, const char *name, int32_t view) {
    const int64_t n = list->tensors[view].dims[0], planes = list->tensors[view].dims[2];
    add_op(list, LK_OPCODE_COPY, name, listing_planes(list, LK_TYPE_F32, n, ROWS, planes, 0), view);
}

static void two_parts(listing *list, int64_t b_element, int64_t b_elements) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    write_part(list, "b", part(list, heads, b_element, b_elements, HEADS, 1));
}

static void parts(listing *list) {
    two_parts(list, A, B);
}

static void parts_that_cross(listing *list) {
    two_parts(list, A - 1, B);
}

/* The last element of b is the first of the next head's a. */
static void parts_round_the_end(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    write_part(list, "b", part(list, heads, A, B + 1, HEADS - 1, 1));
}

static void part_of_one_head(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    write_part(list, "b", part(list, heads, 2 * HEAD + A, B, 1, 1));
}

static void whole_head(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    write_part(list, "head", part(list, heads, 2 * HEAD, HEAD, 1, 1));
}

static void read_other_part(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    read_part(list, "b", part(list, heads, A, B, HEADS, 1));
}

static void read_same_part(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "a", part(list, heads, 0, A, HEADS, 1));
    read_part(list, "b", part(list, heads, A - 1, B + 1, HEADS, 1));
}

static void read_together(listing *list) {
    const int32_t heads = heads_tensor(list);
    read_part(list, "a", part(list, heads, 0, HEAD, HEADS, 1));
    read_part(list, "b", part(list, heads, 0, HEAD, HEADS, 1));
}

static void halves_of_the_heads(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "first", part(list, heads, 0, HEAD, HEADS / 2, 1));
    write_part(list, "last", part(list, heads, HEADS / 2 * HEAD, HEAD, HEADS / 2, 1));
}

static void odd_and_even_heads(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "even", part(list, heads, 0, HEAD, HEADS / 2, 2));
    write_part(list, "odd", part(list, heads, HEAD, HEAD, HEADS / 2, 2));
}

static void even_and_all_heads(listing *list) {
    const int32_t heads = heads_tensor(list);
    write_part(list, "all", part(list, heads, 0, A, HEADS, 1));
    write_part(list, "even", part(list, heads, 0, A, HEADS / 2, 2));
}

/* Planes that lie apart, rows of one between those of the other. */
static void planes_between(listing *list, int64_t moved) {
    const int32_t whole = listing_tensor(list, LK_TYPE_F32, A, 2 * ROWS, HEADS, 1, 0);
    const int32_t first = part(list, whole, 0, A, HEADS, 1), second = part(list, whole, 0, A, HEADS, 1);
    list->tensors[first].dims[1] = list->tensors[second].dims[1] = ROWS;
    list->tensors[second].offset += ROWS * list->tensors[whole].strides[1] - moved;
    write_part(list, "first", first);
    write_part(list, "second", second);
}

static void planes_apart(listing *list) {
    planes_between(list, 0);
}

static void planes_that_touch(listing *list) {
    planes_between(list, sizeof(float));
}

/* Two products, one plane a head, as the parts of a head. */
static void products(listing *list, int64_t element) {
    random_state random = check_random("products");
    const int32_t heads = heads_tensor(list), x = values(list, 16);
    const int32_t widths[] = {A, B};
    for (int i = 0; i < 2; ++i) {
        const int32_t weights = listing_random(list, LK_TYPE_F32, 16, widths[i] * HEADS, 0, &random);
        lk_tensor *tensor = &list->tensors[weights];
        tensor->dims[1] = widths[i];
        tensor->dims[2] = HEADS;
        tensor->strides[2] = widths[i] * tensor->strides[1];
        lk_op *op = add_op(list, LK_OPCODE_MAT_MUL, "product",
                           part(list, heads, i == 0 ? 0 : element, widths[i], HEADS, 1), weights);
        op->src[1] = x;
    }
}

static void products_of_parts(listing *list) {
    products(list, A);
}

static void products_that_cross(listing *list) {
    products(list, A - 1);
}

/* Two stores into the first and the last elements of a cache's heads. */
static void stores(listing *list, int64_t element) {
    static const int32_t slots[ROWS] = {0, 3, 5};
    enum { BLOCK_TOKENS = 2, KV_HEADS = 2, BLOCKS = 3 };
    const int32_t whole = listing_tensor(list, LK_TYPE_F16, HEAD, BLOCK_TOKENS, KV_HEADS, BLOCKS, 0);
    const int32_t ids = listing_indices(list, ROWS, slots), widths[] = {A, B};
    for (int i = 0; i < 2; ++i) {
        const int32_t view = listing_plane(list, whole, 0);
        list->tensors[view].dims[0] = widths[i];
        list->tensors[view].dims[2] = KV_HEADS;
        list->tensors[view].offset += i == 0 ? 0 : element * 2;
        add_op(list, LK_OPCODE_KV_STORE, "store", view, values(list, widths[i] * KV_HEADS))->src[1] = ids;
    }
}

static void stores_of_parts(listing *list) {
    stores(list, A);
}

static void stores_that_cross(listing *list) {
    stores(list, A - 1);
}

/* An op and its own source. */
static void part_onto_other_part(listing *list) {
    const int32_t heads = heads_tensor(list);
    add_op(list, LK_OPCODE_COPY, "move", part(list, heads, 0, B, HEADS, 1),
           part(list, heads, A, B, HEADS, 1));
}

static void part_onto_crossing_part(listing *list) {
    const int32_t heads = heads_tensor(list);
    add_op(list, LK_OPCODE_COPY, "move", part(list, heads, B, B, HEADS, 1),
           part(list, heads, A, B, HEADS, 1));
}

static void planes_in_place(listing *list) {
    const int32_t heads = heads_tensor(list), view = part(list, heads, A, B, HEADS, 1);
    add_op(list, LK_OPCODE_SCALE, "scale", view, view);
}

static void clamp_in_place(listing *list) {
    const int32_t x = values(list, HEAD);
    add_op(list, LK_OPCODE_CLAMP, "clamp", x, x);
}

static void layer_norm_in_place(listing *list) {
    const int32_t x = values(list, HEAD);
    add_op(list, LK_OPCODE_LAYER_NORM, "norm", x, x)->params[1] = HEAD;
}

static void planes_onto_their_one(listing *list) {
    const int32_t heads = heads_tensor(list);
    add_op(list, LK_OPCODE_SCALE, "scale", heads, part(list, heads, 0, HEAD, 1, 1));
}

static void sum_onto_number_of_row(listing *list) {
    const int32_t x = values(list, HEAD), number = listing_plane(list, x, 0);
    list->tensors[number].dims[0] = 1;
    add_op(list, LK_OPCODE_ADD, "sum", x, x)->src[1] = number;
}

static const struct {
    const char *name;
    void (*build)(listing *list);
    const char *part; /* what the line must say; NULL where the program is good */
} cases[] = {
    {"parts of heads", parts, NULL},
    {"parts that cross", parts_that_cross, "its dst is also written by"},
    {"parts round the end of a head", parts_round_the_end, "its dst is also written by"},
    {"a part of one head", part_of_one_head, NULL},
    {"a whole head beside a part of all", whole_head, "its dst is also written by"},
    {"a reader of the other part", read_other_part, NULL},
    {"a reader of the same part", read_same_part, "a: COPY: its dst is read by b: COPY"},
    {"two readers", read_together, NULL},
    {"halves of the heads", halves_of_the_heads, NULL},
    {"odd and even heads", odd_and_even_heads, NULL},
    {"even and all heads", even_and_all_heads, "its dst is also written by"},
    {"planes apart", planes_apart, NULL},
    {"planes that touch", planes_that_touch, "its dst is also written by"},
    {"products of parts", products_of_parts, NULL},
    {"products that cross", products_that_cross, "its dst is also written by"},
    {"stores of parts", stores_of_parts, NULL},
    {"stores that cross", stores_that_cross, "store: KV_STORE: its dst is also written by"},
    {"a part onto the other", part_onto_other_part, NULL},
    {"a part onto one that crosses", part_onto_crossing_part, "move: COPY: dst overlaps src[0]"},
    {"planes in place", planes_in_place, NULL},
    {"CLAMP in place", clamp_in_place, NULL},
    {"LAYER_NORM in place", layer_norm_in_place, NULL},
    {"planes onto the one that serves them", planes_onto_their_one, "scale: SCALE: dst overlaps src[0]"},
    {"a sum onto its numbers", sum_onto_number_of_row, "sum: ADD: dst overlaps src[1]"},
};

static void check_cases(void) {
    const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); ++i) {
        listing list = listing_create();
        cases[i].build(&list);
        listing_result result = listing_run(&list, check.isas, 2, args);
        check_outcome(cases[i].name, result.status, cases[i].part);
        free(result.image);
        listing_free(&list);
    }
}

/* Updated sources: those of an ADD that is told to update its second. */
enum { STATE = 2, OTHER_STATE = 3 };

/* dst = x + state, and in the same phase an op over the tensor `reads` into `writes`. */
static listing state_listing(int32_t reads, int32_t writes) {
    listing list = listing_create();
    const int32_t x = values(&list, HEAD), dst = values(&list, HEAD);
    values(&list, HEAD); /* STATE */
    values(&list, HEAD); /* OTHER_STATE */
    values(&list, HEAD);
    add_op(&list, LK_OPCODE_ADD, "update", dst, x)->src[1] = STATE;
    add_op(&list, LK_OPCODE_COPY, "other", writes, reads);
    return list;
}

static lk_status check_updating(lk_backend *backend, const listing *list, int32_t updates) {
    lk_buffer *buffer = NULL;
    lk_program *program = NULL;
    lk_buffer_create(backend, list->bytes, &buffer);
    const lk_program_desc desc = listing_desc(list, &buffer);
    lk_status status = lk_program_create(backend, &desc, &program);
    if (status == LK_STATUS_OK) {
        lk_op_impl updating = *program->ops[0].impl;
        updating.updates = updates;
        program->ops[0].impl = &updating;
        status = lk_hazards_check(program, &desc);
    }
    lk_program_free(program);
    lk_buffer_free(buffer);
    return status;
}

static void check_updates(lk_backend *backend) {
    enum { X = 0, FREE = 4 };
    static const struct {
        const char *name;
        int32_t reads, writes, updates;
        const char *part;
    } states[] = {
        {"a state that nobody updates", STATE, FREE, -1, NULL},
        {"a state read beside its update", STATE, FREE, 1,
         "update: ADD: its state is read by other: COPY in the same phase"},
        {"another state read", OTHER_STATE, FREE, 1, NULL},
    };
    for (size_t i = 0; i < sizeof(states) / sizeof(*states); ++i) {
        listing list = state_listing(states[i].reads, states[i].writes);
        check_outcome(states[i].name, check_updating(backend, &list, states[i].updates), states[i].part);
        listing_free(&list);
    }
    listing list = state_listing(X, FREE);
    list.ops[0].src[1] = X;
    check_outcome("a state that is x", check_updating(backend, &list, 1),
                  "update: ADD: state overlaps src[0]");
    list.ops[0].src[1] = STATE;
    list.tensors[STATE].dims[1] = 1;
    list.tensors[STATE].offset = list.tensors[list.ops[0].dst].offset + HEAD * (int64_t)sizeof(float);
    check_outcome("a state inside dst", check_updating(backend, &list, 1),
                  "update: ADD: dst overlaps src[1]");
    listing_free(&list);
}

void check_hazards(void) {
    check_cases();
    const lk_backend_config config = {.thread_count = 1, .isa_mask = check.isas};
    lk_backend *backend;
    if (!check_that(lk_backend_open(LK_BACKEND_CPU, &config, &backend) == LK_STATUS_OK, "%s",
                    lk_last_error()))
        return;
    check_updates(backend);
    lk_backend_free(backend);
}
