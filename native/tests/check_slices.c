/* Chains of slices: the bits of the same ops in phases of their own, whatever the threads; and chains that
 * are none. */
#include "tests/check.h"
#include "tests/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int32_t live[LK_ARGUMENT_COUNT] = {7, 7, 1};

enum { DIM = 288, HIDDEN = 416, HEAD = 32, HEADS = 5, ROWS = 7, BLOCK_TOKENS = 4, BLOCKS = 3 };

/* A feed-forward block up to its quantized activation, and a projection that is normed, rotated and stored.
 */
typedef struct sample {
    listing list;
    int32_t gate, up, glu, quantized, key, normed, turned, cache;
} sample;

static int32_t first_op(const sample *s, int32_t dst) {
    for (int32_t i = 0; i < s->list.op_count; ++i)
        if (s->list.ops[i].dst == dst) return i;
    return -1;
}

static int32_t add_product(listing *list, const char *name, int32_t x, int64_t rows, random_state *random) {
    const int32_t weights = listing_random(list, LK_TYPE_Q4_0, DIM, rows, 0, random);
    const int32_t bias = listing_random(list, LK_TYPE_F32, rows, 1, 0, random);
    const int32_t dst = listing_tensor(list, LK_TYPE_F32, rows, ROWS, 1, 1, 0);
    lk_op *op = listing_op(list, LK_OPCODE_MAT_MUL, name, dst);
    op->src[0] = weights;
    op->src[1] = x;
    op->src[2] = bias;
    return dst;
}

static void add_feed_forward(sample *s, int32_t x, int32_t activation, random_state *random) {
    listing *list = &s->list;
    s->gate = add_product(list, "gate", x, HIDDEN, random);
    s->up = add_product(list, "up", x, HIDDEN, random);
    s->glu = listing_tensor(list, LK_TYPE_F32, HIDDEN, ROWS, 1, 1, 0);
    lk_op *glu = listing_op(list, LK_OPCODE_GLU, "glu", s->glu);
    glu->src[0] = s->gate;
    glu->src[1] = s->up;
    s->quantized = listing_tensor(list, activation, HIDDEN, ROWS, 1, 1, 0);
    listing_op(list, LK_OPCODE_QUANTIZE, "quantize", s->quantized)->src[0] = s->glu;
}

static void add_key(sample *s, int32_t x, random_state *random) {
    listing *list = &s->list;
    const int32_t places[ROWS] = {0, 1, 2, 3, 5, 7, 9}, slots[ROWS] = {11, 3, 4, -1, 0, 8, 7};
    const int32_t positions = listing_indices(list, ROWS, places),
                  stored = listing_indices(list, ROWS, slots);
    const int32_t table = listing_tensor(list, LK_TYPE_F32, HEAD, ROWS, 1, 1, 0);
    lk_op *angles = listing_op(list, LK_OPCODE_ROPE_TABLE, "table", table);
    angles->src[0] = positions;
    listing_param(angles, 0, 10000);
    listing_param(angles, 1, 1);
    listing_param(angles, 3, 1);
    s->key = add_product(list, "key", x, HEAD * HEADS, random);
    s->normed = listing_tensor(list, LK_TYPE_F32, HEAD * HEADS, ROWS, 1, 1, 0);
    lk_op *norm = listing_op(list, LK_OPCODE_RMS_NORM, "norm", s->normed);
    norm->src[0] = s->key;
    norm->src[1] = listing_random(list, LK_TYPE_F32, HEAD, 1, 0, random);
    listing_param(norm, 0, 1e-5f);
    norm->params[1] = HEAD;
    s->turned = listing_tensor(list, LK_TYPE_F32, HEAD * HEADS, ROWS, 1, 1, 0);
    lk_op *rope = listing_op(list, LK_OPCODE_ROPE, "rope", s->turned);
    rope->src[0] = s->normed;
    rope->src[1] = table;
    rope->params[0] = HEAD;
    rope->params[1] = LK_ROPE_MODE_NEOX;
    s->cache = listing_tensor(list, LK_TYPE_F16, HEAD, BLOCK_TOKENS, HEADS, BLOCKS, 0);
    lk_op *store = listing_op(list, LK_OPCODE_KV_STORE, "store", s->cache);
    store->src[0] = s->turned;
    store->src[1] = stored;
}

static sample sample_create(int32_t activation) {
    random_state random = check_random("slices");
    sample s = {.list = listing_create()};
    const int32_t x = listing_random(&s.list, LK_TYPE_F32, DIM, ROWS, 0, &random);
    const int32_t x8 = listing_tensor(&s.list, LK_TYPE_A8, DIM, ROWS, 1, 1, 0);
    listing_op(&s.list, LK_OPCODE_QUANTIZE, "x", x8)->src[0] = x;
    add_feed_forward(&s, x8, activation, &random);
    add_key(&s, x8, &random);
    return s;
}

/* The ops of the two chains as such; the feed-forward block and the key share a phase. */
static void chain_ops(sample *s) {
    const int32_t key = first_op(s, s->key), gate = first_op(s, s->gate);
    for (int32_t i = 0; i < s->list.op_count; ++i) {
        lk_op *op = &s->list.ops[i];
        op->phase = i < gate ? 0 : i < key - 1 ? 2 : i == key - 1 ? 2 : 3;
        op->chain = (i > gate && i < key - 1) || i > key ? LK_LINK_SLICES : LK_LINK_NONE;
    }
}

static void check_same(int32_t activation, int32_t threads) {
    sample apart = sample_create(activation), chained = sample_create(activation);
    chain_ops(&chained);
    listing_result expected = listing_run(&apart.list, 0, 1, live),
                   result = listing_run(&chained.list, 0, threads, live);
    check_that(expected.status == LK_STATUS_OK && result.status == LK_STATUS_OK, "slices: %s",
               lk_last_error());
    if (expected.status == LK_STATUS_OK && result.status == LK_STATUS_OK)
        check_that(memcmp(expected.image, result.image, (size_t)chained.list.bytes) == 0,
                   "a chain of slices on %d threads differs from its ops one by one", threads);
    free(expected.image);
    free(result.image);
    listing_free(&apart.list);
    listing_free(&chained.list);
}

/* Changes a chained sample and expects the refusal. */
static void check_refusal(void (*spoil)(sample *s), const char *part) {
    sample s = sample_create(LK_TYPE_A8);
    chain_ops(&s);
    spoil(&s);
    check_that(listing_is_refused(&s.list, 0, part), "slices: not refused, or not with \"%s\": %s", part,
               lk_last_error());
    listing_free(&s.list);
}

static void begin_with_glu(sample *s) {
    s->list.ops[first_op(s, s->glu)].chain = LK_LINK_NONE;
}
static void mix_links(sample *s) {
    s->list.ops[first_op(s, s->quantized)].chain = LK_LINK_ROWS;
}
static void chain_other_elements(sample *s) {
    const int32_t key = first_op(s, s->key);
    s->list.ops[key].phase = s->list.ops[key - 1].phase = 2;
    for (int32_t i = key; i < s->list.op_count; ++i) s->list.ops[i].phase = 2;
    s->list.ops[key].chain = s->list.ops[key - 1].chain = LK_LINK_SLICES;
}
static void norm_whole_rows(sample *s) {
    lk_op *norm = &s->list.ops[first_op(s, s->normed)];
    norm->params[1] = HEAD * HEADS;
    norm->src[1] = -1;
}
void check_slices(void) {
    static const int32_t threads[] = {1, 2, 5};
    for (size_t i = 0; i < sizeof(threads) / sizeof(*threads); ++i) {
        check_same(LK_TYPE_A8, threads[i]);
        check_same(LK_TYPE_A8X2, threads[i]);
        check_same(LK_TYPE_BF16, threads[i]);
    }
    check_refusal(begin_with_glu, "glu: GLU: begins a chain of slices");
    check_refusal(mix_links, "chained by rows and by slices");
    check_refusal(chain_other_elements, "cannot be cut");
    sample whole = sample_create(LK_TYPE_A8);
    chain_ops(&whole);
    norm_whole_rows(&whole);
    listing_result result = listing_run(&whole.list, 0, 3, live);
    check_that(result.status == LK_STATUS_OK, "slices of a whole row: %s", lk_last_error());
    free(result.image);
    listing_free(&whole.list);
}
