/* What lk_program_create and lk_program_submit refuse: each wrong record gives its status and a line that
 * names the op. */
#include "tests/check.h"
#include "tests/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The program that each case spoils: norm with a chained scale, quantize, two products side by side, a cache
 * store, a look-up. */
enum {
    X,
    WEIGHT,
    NORMED,
    SCALED,
    ACTIVATIONS,
    MATRIX,
    PRODUCT,
    OTHER,
    CACHE,
    SLOTS,
    IDS,
    TENSORS,
};
enum { NORM, SCALE, QUANTIZE, FIRST, SECOND, STORE, GET, OPS };
enum { WIDTH = 64, ROWS = 4, RESULTS = 6 };

typedef struct program_case {
    listing list;
    lk_program_desc desc;
    lk_buffer *buffers[2]; /* [0] everything, [1] a wrapped copy */
} program_case;

static void add_products(listing *list) {
    lk_op *first = listing_op(list, LK_OPCODE_MAT_MUL, "blk.7.attn_q", PRODUCT);
    first->src[0] = MATRIX;
    first->src[1] = ACTIVATIONS;
    lk_op *second = listing_op(list, LK_OPCODE_MAT_MUL, "blk.7.attn_k", OTHER);
    second->src[0] = MATRIX;
    second->src[1] = ACTIVATIONS;
    second->phase = first->phase;
}

static void add_cache_ops(listing *list) {
    lk_op *store = listing_op(list, LK_OPCODE_KV_STORE, "kv", CACHE);
    store->src[0] = SCALED;
    store->src[1] = SLOTS;
    lk_op *get = listing_op(list, LK_OPCODE_GET_ROWS, "embd", X);
    get->src[0] = MATRIX;
    get->src[1] = IDS;
}

static listing valid_listing(void) {
    static const int32_t slots[ROWS] = {0, 1, -1, 2}, ids[ROWS] = {0, 5, 1, 1};
    random_state random = check_random("program");
    listing list = listing_create();
    listing_random(&list, LK_TYPE_F32, WIDTH, ROWS, 0, &random);     /* X */
    listing_random(&list, LK_TYPE_F32, WIDTH, 1, 0, &random);        /* WEIGHT */
    listing_tensor(&list, LK_TYPE_F32, WIDTH, ROWS, 1, 1, 0);        /* NORMED */
    listing_tensor(&list, LK_TYPE_F32, WIDTH, ROWS, 1, 1, 0);        /* SCALED */
    listing_tensor(&list, LK_TYPE_A8, WIDTH, ROWS, 1, 1, 0);         /* ACTIVATIONS */
    listing_random(&list, LK_TYPE_Q8_0, WIDTH, RESULTS, 0, &random); /* MATRIX */
    listing_tensor(&list, LK_TYPE_F32, RESULTS, ROWS, 1, 1, 0);      /* PRODUCT */
    listing_tensor(&list, LK_TYPE_F32, RESULTS, ROWS, 1, 1, 0);      /* OTHER */
    listing_tensor(&list, LK_TYPE_F16, WIDTH, 2, 1, 2, 0);           /* CACHE */
    listing_indices(&list, ROWS, slots);                             /* SLOTS */
    listing_indices(&list, ROWS, ids);                               /* IDS */
    lk_op *norm = listing_op(&list, LK_OPCODE_RMS_NORM, "blk.7.attn_norm", NORMED);
    norm->src[0] = X;
    norm->src[1] = WEIGHT;
    norm->params[1] = WIDTH;
    lk_op *scale = listing_op(&list, LK_OPCODE_SCALE, "blk.7.scale", SCALED);
    scale->src[0] = NORMED;
    scale->phase = 0;
    scale->chain = 1;
    listing_op(&list, LK_OPCODE_QUANTIZE, "", ACTIVATIONS)->src[0] = SCALED;
    add_products(&list);
    add_cache_ops(&list);
    return list;
}

/* The two products of a phase as columns of one matrix, the second moved by some bytes. */
static void lay_side_by_side(program_case *c, int64_t moved) {
    lk_tensor *first = &c->list.tensors[PRODUCT], *second = &c->list.tensors[OTHER];
    first->strides[1] = second->strides[1] = 2 * 4 * RESULTS;
    second->offset = first->offset + 4 * RESULTS + moved;
}

typedef void (*spoil_fn)(program_case *c);
#define SPOIL(name, ...)                                                                                     \
    static void name(program_case *c) {                                                                      \
        __VA_ARGS__;                                                                                         \
    }

SPOIL(leave, (void)c)
SPOIL(no_ops, c->desc.op_count = 0)
SPOIL(negative_ops, c->desc.op_count = -1)
SPOIL(null_ops, c->desc.ops = NULL)
SPOIL(null_tensors, c->desc.tensors = NULL)
SPOIL(null_buffers, c->desc.buffers = NULL)
SPOIL(null_names, c->desc.names = NULL)
SPOIL(null_buffer, c->buffers[0] = NULL)
SPOIL(opcode_unknown, c->list.ops[FIRST].opcode = 77)
SPOIL(opcode_reserved, c->list.ops[FIRST].opcode = LK_OPCODE_ALL_REDUCE)
SPOIL(opcode_negative, c->list.ops[FIRST].opcode = -5)
SPOIL(phase_negative, c->list.ops[NORM].phase = -1)
SPOIL(phase_falls, c->list.ops[SECOND].phase = 1)
SPOIL(chain_value, c->list.ops[SCALE].chain = 3)
SPOIL(chain_first, c->list.ops[NORM].chain = 1)
SPOIL(chain_other_phase, c->list.ops[QUANTIZE].chain = 1)
SPOIL(chain_not_by_row, c->list.ops[SECOND].chain = 1)
SPOIL(chain_other_live, c->list.ops[SCALE].live = LK_ARGUMENT_OUTPUTS)
SPOIL(chain_other_rows, c->list.ops[SCALE].src[0] = WEIGHT; c->list.tensors[SCALED].dims[1] = 1;
      c->desc.op_count = 2)
SPOIL(live_large, c->list.ops[NORM].live = LK_ARGUMENT_COUNT)
SPOIL(live_small, c->list.ops[NORM].live = -2)
SPOIL(dst_absent, c->list.ops[FIRST].dst = -1)
SPOIL(dst_outside, c->list.ops[FIRST].dst = TENSORS)
SPOIL(src_absent, c->list.ops[FIRST].src[1] = -1)
SPOIL(src_outside, c->list.ops[FIRST].src[1] = TENSORS)
SPOIL(src_minus_two, c->list.ops[FIRST].src[3] = -2)
SPOIL(src_too_many, c->list.ops[NORM].src[2] = X)
SPOIL(op_reserved, c->list.ops[FIRST].reserved = 1)
SPOIL(name_outside, c->list.ops[FIRST].name_length = 5000)
SPOIL(name_negative, c->list.ops[FIRST].name_offset = -1)
SPOIL(type_unknown, c->list.tensors[X].type = 5)
SPOIL(type_negative, c->list.tensors[X].type = -1)
SPOIL(layout_other, c->list.tensors[MATRIX].layout = 2)
SPOIL(tensor_reserved, c->list.tensors[X].reserved = 1)
SPOIL(dims_zero, c->list.tensors[X].dims[1] = 0)
SPOIL(dims_negative, c->list.tensors[X].dims[0] = -WIDTH)
SPOIL(dims_huge, c->list.tensors[X].dims[1] = INT64_MAX)
SPOIL(dims_partial_block, c->list.tensors[MATRIX].dims[0] = WIDTH - 1)
SPOIL(stride_0, c->list.tensors[X].strides[0] = 8)
SPOIL(stride_short, c->list.tensors[X].strides[1] = 4 * WIDTH - 4)
SPOIL(stride_zero, c->list.tensors[X].strides[1] = 0)
SPOIL(stride_negative, c->list.tensors[X].strides[1] = -4 * WIDTH)
SPOIL(stride_odd, c->list.tensors[X].strides[1] = 4 * WIDTH + 2)
SPOIL(stride_overflows, c->list.tensors[X].strides[1] = INT64_MAX / 4 * 4)
SPOIL(stride_past_end, c->list.tensors[X].strides[1] = 1 << 20)
SPOIL(offset_negative, c->list.tensors[X].offset = -4)
SPOIL(offset_past_end, c->list.tensors[X].offset = c->list.bytes)
SPOIL(offset_huge, c->list.tensors[X].offset = INT64_MAX)
SPOIL(offset_odd, c->list.tensors[X].offset += 2)
SPOIL(offset_odd_f16, c->list.tensors[CACHE].offset += 1)
SPOIL(buffer_outside, c->list.tensors[X].buffer = 2)
SPOIL(buffer_negative, c->list.tensors[X].buffer = -1)
SPOIL(dst_wrapped, c->list.tensors[PRODUCT].buffer = 1)
SPOIL(unused_tensor, c->desc.op_count = QUANTIZE; c->list.tensors[IDS].dims[0] = 0)
SPOIL(wrong_activation, c->list.ops[FIRST].src[1] = SCALED)
SPOIL(wrong_weights, c->list.ops[FIRST].src[0] = SLOTS)
SPOIL(planes_apart, c->list.tensors[ACTIVATIONS].type = LK_TYPE_A8X2;
      c->list.tensors[ACTIVATIONS].strides[0] = LK_BLOCK_BYTES_A8X2;
      c->list.tensors[ACTIVATIONS].strides[1] = LK_BLOCK_BYTES_A8X2 + 64)
SPOIL(other_columns, c->list.tensors[MATRIX].dims[0] = 32)
SPOIL(few_results, c->list.tensors[PRODUCT].dims[0] = RESULTS - 1)
SPOIL(norm_width, c->list.ops[NORM].params[1] = 48)
SPOIL(norm_weight, c->list.ops[NORM].src[1] = IDS)
SPOIL(two_writers, c->list.ops[SECOND].dst = PRODUCT)
SPOIL(reads_written, c->list.ops[QUANTIZE].phase = 0)
SPOIL(overlaps_half, c->list.tensors[OTHER].offset = c->list.tensors[PRODUCT].offset + 8)
SPOIL(dst_is_source, c->list.tensors[IDS].offset = c->list.tensors[X].offset)
SPOIL(product_in_place, c->list.tensors[PRODUCT].offset = c->list.tensors[ACTIVATIONS].offset;
      c->desc.op_count = SECOND)
SPOIL(columns_of_one, lay_side_by_side(c, 0))
SPOIL(columns_that_cross, lay_side_by_side(c, -4))
SPOIL(scale_in_place, c->list.tensors[SCALED].offset = c->list.tensors[NORMED].offset)
SPOIL(shifted_rows, c->list.tensors[SCALED].offset = c->list.tensors[NORMED].offset + 4)
SPOIL(rows_in_chain, c->list.tensors[SCALED].offset = c->list.tensors[NORMED].offset + 4 * WIDTH)

/* part: what the line must say. */
static const struct {
    const char *name;
    spoil_fn spoil;
    lk_status status;
    const char *part;
} records[] = {
    {"valid", leave, LK_STATUS_OK, ""},
    {"no ops", no_ops, LK_STATUS_INVALID_ARGUMENT, "0 ops"},
    {"negative op count", negative_ops, LK_STATUS_INVALID_ARGUMENT, "-1 ops"},
    {"NULL ops", null_ops, LK_STATUS_INVALID_ARGUMENT, "NULL"},
    {"NULL tensors", null_tensors, LK_STATUS_INVALID_ARGUMENT, "NULL"},
    {"NULL buffers", null_buffers, LK_STATUS_INVALID_ARGUMENT, "NULL"},
    {"NULL names", null_names, LK_STATUS_INVALID_ARGUMENT, "names"},
    {"NULL buffer", null_buffer, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.attn_norm: RMS_NORM: dst: buffer 0 is NULL"},
    {"unknown opcode", opcode_unknown, LK_STATUS_INVALID_ARGUMENT, "blk.7.attn_q: unknown opcode: opcode 77"},
    {"reserved opcode", opcode_reserved, LK_STATUS_UNSUPPORTED, "no kernel on cpu"},
    {"negative opcode", opcode_negative, LK_STATUS_INVALID_ARGUMENT, "opcode -5"},
    {"negative phase", phase_negative, LK_STATUS_INVALID_ARGUMENT, "blk.7.attn_norm: RMS_NORM: phase -1"},
    {"falling phase", phase_falls, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.attn_k: MAT_MUL Q8_0 x a8: phase 1 after phase 3"},
    {"chain of 3", chain_value, LK_STATUS_INVALID_ARGUMENT, "blk.7.scale: SCALE: chain 3"},
    {"chain at the start", chain_first, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.attn_norm: RMS_NORM: chained to no op"},
    {"chain over a phase", chain_other_phase, LK_STATUS_INVALID_ARGUMENT, "op 2: QUANTIZE: chained to no op"},
    {"chain of products", chain_not_by_row, LK_STATUS_INVALID_ARGUMENT, "does not run by row"},
    {"chain of other live", chain_other_live, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.scale: SCALE: chained to an op of other"},
    {"chain of other rows", chain_other_rows, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.scale: SCALE: chained to an op of other"},
    {"live 3", live_large, LK_STATUS_INVALID_ARGUMENT, "live 3"},
    {"live -2", live_small, LK_STATUS_INVALID_ARGUMENT, "live -2"},
    {"no dst", dst_absent, LK_STATUS_INVALID_ARGUMENT, "blk.7.attn_q: MAT_MUL Q8_0 x a8: dst is tensor -1"},
    {"dst outside", dst_outside, LK_STATUS_INVALID_ARGUMENT, "dst is tensor 11 of 11"},
    {"src absent", src_absent, LK_STATUS_INVALID_ARGUMENT, "src[1] is absent"},
    {"src outside", src_outside, LK_STATUS_INVALID_ARGUMENT, "src[1] is tensor 11 of 11"},
    {"src -2", src_minus_two, LK_STATUS_INVALID_ARGUMENT, "src[3] is tensor -2"},
    {"too many sources", src_too_many, LK_STATUS_INVALID_ARGUMENT, "2 sources at most"},
    {"op reserved", op_reserved, LK_STATUS_INVALID_ARGUMENT, "reserved is 1"},
    {"name outside", name_outside, LK_STATUS_INVALID_ARGUMENT, "op 3: MAT_MUL Q8_0 x a8: name ["},
    {"name negative", name_negative, LK_STATUS_INVALID_ARGUMENT, "op 3: MAT_MUL Q8_0 x a8: name [-1"},
    {"unknown type", type_unknown, LK_STATUS_INVALID_ARGUMENT, "RMS_NORM: src[0]: unknown type 5"},
    {"negative type", type_negative, LK_STATUS_INVALID_ARGUMENT, "unknown type -1"},
    {"other layout", layout_other, LK_STATUS_UNSUPPORTED, "no kernel on cpu for layout 2"},
    {"tensor reserved", tensor_reserved, LK_STATUS_INVALID_ARGUMENT, "src[0]: reserved is 1"},
    {"no rows", dims_zero, LK_STATUS_INVALID_ARGUMENT, "src[0]: dims[1] is 0"},
    {"negative dims", dims_negative, LK_STATUS_INVALID_ARGUMENT, "dims[0] is -64"},
    {"huge dims", dims_huge, LK_STATUS_INVALID_ARGUMENT, "dims[1] is 9223372036854775807"},
    {"part of a block", dims_partial_block, LK_STATUS_INVALID_ARGUMENT,
     "63 elements are no whole blocks of Q8_0"},
    {"strides[0]", stride_0, LK_STATUS_INVALID_ARGUMENT, "strides[0] is 8"},
    {"short stride", stride_short, LK_STATUS_INVALID_ARGUMENT, "rows overlap"},
    {"zero stride", stride_zero, LK_STATUS_INVALID_ARGUMENT, "rows overlap"},
    {"negative stride", stride_negative, LK_STATUS_INVALID_ARGUMENT, "strides[1] is -256"},
    {"odd stride", stride_odd, LK_STATUS_INVALID_ARGUMENT, "not a multiple of 4"},
    {"overflowing stride", stride_overflows, LK_STATUS_INVALID_ARGUMENT, "overflow"},
    {"stride past the end", stride_past_end, LK_STATUS_INVALID_ARGUMENT, "bytes at"},
    {"negative offset", offset_negative, LK_STATUS_INVALID_ARGUMENT, "offset -4"},
    {"offset past the end", offset_past_end, LK_STATUS_INVALID_ARGUMENT, "src[0]: 1024 bytes at"},
    {"huge offset", offset_huge, LK_STATUS_INVALID_ARGUMENT, "bytes at 9223372036854775807"},
    {"odd offset", offset_odd, LK_STATUS_INVALID_ARGUMENT, "not aligned to 4"},
    {"odd offset of f16", offset_odd_f16, LK_STATUS_INVALID_ARGUMENT, "kv: KV_STORE: dst: offset"},
    {"buffer outside", buffer_outside, LK_STATUS_INVALID_ARGUMENT, "buffer 2 of 2"},
    {"negative buffer", buffer_negative, LK_STATUS_INVALID_ARGUMENT, "buffer -1 of 2"},
    {"written wrapped buffer", dst_wrapped, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.attn_q: MAT_MUL Q8_0 x a8: dst: it lies in a wrapped"},
    {"wrong unused tensor", unused_tensor, LK_STATUS_INVALID_ARGUMENT, "tensor 10: dims[0] is 0"},
    {"f32 into Q8_0", wrong_activation, LK_STATUS_UNSUPPORTED,
     "blk.7.attn_q: MAT_MUL Q8_0 x F32: no kernel on cpu"},
    {"i32 weights", wrong_weights, LK_STATUS_UNSUPPORTED, "MAT_MUL i32 x a8: no kernel on cpu"},
    {"rows of a8x2 apart", planes_apart, LK_STATUS_INVALID_ARGUMENT, "those of a8x2 must be adjacent"},
    {"columns that differ", other_columns, LK_STATUS_INVALID_ARGUMENT, "x has 64 columns, weights have 32"},
    {"too few results", few_results, LK_STATUS_INVALID_ARGUMENT, "dst has 5 columns, weights have 6 rows"},
    {"norm over 48 of 64", norm_width, LK_STATUS_INVALID_ARGUMENT, "blk.7.attn_norm: RMS_NORM"},
    {"i32 norm weights", norm_weight, LK_STATUS_INVALID_ARGUMENT, "blk.7.attn_norm: RMS_NORM"},
    {"two writers in a phase", two_writers, LK_STATUS_INVALID_ARGUMENT, "also written by"},
    {"half overlapping dsts", overlaps_half, LK_STATUS_INVALID_ARGUMENT, "also written by"},
    {"reader of a dst in its phase", reads_written, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.scale: SCALE: its dst is read by op 2: QUANTIZE"},
    {"dst over a source", dst_is_source, LK_STATUS_INVALID_ARGUMENT, "embd: GET_ROWS: dst overlaps src[1]"},
    {"product over its activations", product_in_place, LK_STATUS_INVALID_ARGUMENT,
     "blk.7.attn_q: MAT_MUL Q8_0 x a8: dst overlaps src[1]"},
    {"products side by side in one matrix", columns_of_one, LK_STATUS_OK, ""},
    {"products that cross in one matrix", columns_that_cross, LK_STATUS_INVALID_ARGUMENT, "also written by"},
    {"chain in place", scale_in_place, LK_STATUS_OK, ""},
    {"chain of shifted rows", shifted_rows, LK_STATUS_INVALID_ARGUMENT, "in the same phase"},
    {"chain that reads other rows", rows_in_chain, LK_STATUS_INVALID_ARGUMENT, "in the same phase"},
};

static void check_record(lk_backend *backend, size_t index) {
    program_case c = {.list = valid_listing()};
    check_that(c.list.tensor_count == TENSORS && c.list.op_count == OPS,
               "the valid program is not the one numbered here");
    lk_buffer *made = NULL, *wrapped = NULL;
    lk_buffer_create(backend, c.list.bytes, &made);
    lk_buffer_wrap(backend, c.list.image, c.list.bytes, &wrapped);
    c.buffers[0] = made;
    c.buffers[1] = wrapped;
    c.desc = listing_desc(&c.list, c.buffers);
    c.desc.buffer_count = 2;
    records[index].spoil(&c);
    lk_program *program = NULL;
    const lk_status status = lk_program_create(backend, &c.desc, &program);
    const char *text = status == LK_STATUS_OK ? "" : lk_last_error();
    check_that(status == records[index].status, "%s: status %d, not %d (%s)", records[index].name, status,
               records[index].status, text);
    check_that((program != NULL) == (status == LK_STATUS_OK), "%s: a program beside an error",
               records[index].name);
    check_that(strstr(text, records[index].part) != NULL, "%s: \"%s\" does not say \"%s\"",
               records[index].name, text, records[index].part);
    check_that(strchr(text, '\n') == NULL, "%s: more than a line", records[index].name);
    lk_program_free(program);
    lk_buffer_free(made);
    lk_buffer_free(wrapped);
    listing_free(&c.list);
}

/* A live count above a record's rows names the op that has the fewest. */
static void check_runs(lk_backend *backend) {
    static const struct {
        const char *name;
        int32_t args[LK_ARGUMENT_COUNT];
        int32_t arg_count;
        lk_status status;
        const char *part;
    } runs[] = {
        {"all rows", {ROWS, 0, 0}, 3, LK_STATUS_OK, ""},
        {"no rows", {0, 0, 0}, 3, LK_STATUS_OK, ""},
        {"counts that limit nothing", {1, 999, 999}, 3, LK_STATUS_OK, ""},
        {"too many rows",
         {ROWS + 1, 0, 0},
         3,
         LK_STATUS_INVALID_ARGUMENT,
         "blk.7.attn_norm: RMS_NORM: live count 0 is 5, it has 4"},
        {"negative rows", {-1, 0, 0}, 3, LK_STATUS_INVALID_ARGUMENT, "live count 0 is -1"},
        {"too few counts", {1, 0, 0}, 2, LK_STATUS_INVALID_ARGUMENT, "2 live counts"},
    };
    listing list = valid_listing();
    lk_buffer *buffer = NULL;
    lk_program *program = NULL, *refused = NULL;
    lk_buffer_create(backend, list.bytes, &buffer);
    lk_buffer_write(buffer, 0, list.image, list.bytes);
    const lk_program_desc desc = listing_desc(&list, &buffer);
    if (check_that(lk_program_create(backend, &desc, &program) == LK_STATUS_OK, "%s", lk_last_error())) {
        for (size_t i = 0; i < sizeof(runs) / sizeof(*runs); ++i) {
            const lk_run run = {.args = runs[i].args, .arg_count = runs[i].arg_count};
            const lk_status status = lk_program_submit(program, &run);
            check_that(status == runs[i].status &&
                           (status == LK_STATUS_OK || strstr(lk_last_error(), runs[i].part)),
                       "%s: status %d, %s", runs[i].name, status, lk_last_error());
        }
        lk_program_stats stats;
        check_that(lk_program_describe(program, &stats) == LK_STATUS_OK && stats.op_count == OPS &&
                       stats.phase_count == 5 && stats.barrier_count >= 0 && stats.barrier_count <= 5,
                   "describe: %d ops, %d phases, %d barriers", stats.op_count, stats.phase_count,
                   stats.barrier_count);
        check_that(lk_program_submit(program, NULL) == LK_STATUS_INVALID_ARGUMENT, "a NULL run");
    }
    check_that(lk_program_submit(NULL, NULL) == LK_STATUS_INVALID_ARGUMENT, "a NULL program");
    check_that(lk_program_describe(NULL, NULL) == LK_STATUS_INVALID_ARGUMENT, "describe of NULL");
    check_that(lk_program_create(backend, NULL, &refused) == LK_STATUS_INVALID_ARGUMENT && refused == NULL,
               "a NULL description");
    check_that(lk_program_create(backend, &desc, NULL) == LK_STATUS_INVALID_ARGUMENT, "a NULL result");
    lk_program_free(program);
    lk_program_free(NULL);
    lk_buffer_free(buffer);
    listing_free(&list);
}

void check_program(void) {
    const lk_backend_config config = {.thread_count = 2, .isa_mask = check.isas};
    lk_backend *backend;
    if (!check_that(lk_backend_open(LK_BACKEND_CPU, &config, &backend) == LK_STATUS_OK, "%s",
                    lk_last_error()))
        return;
    for (size_t i = 0; i < sizeof(records) / sizeof(*records); ++i) check_record(backend, i);
    check_runs(backend);
    check_handles();
    lk_backend_free(backend);
}
