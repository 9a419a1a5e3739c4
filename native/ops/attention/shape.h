/* What ATTENTION's ISAs share: its sizes, the cut into units, and which keys a query sees. */
#ifndef LK_ATTENTION_SHAPE_H
#define LK_ATTENTION_SHAPE_H

#include "ops/attention/relative.h"

enum {
    LK_ATTENTION_TILE = 64, /* most rows of a unit */
    LK_ATTENTION_RUN = 512  /* positions of a run, which is summed by itself */
};

typedef struct lk_attention_shape {
    int64_t heads, kv_heads, group; /* group: query heads that read one kv head */
    int64_t k_dim, v_dim, block_tokens, blocks, entries, sequences;
    int64_t runs; /* of a sequence, at most */
    int64_t
        part_floats; /* of a run's result: largest score, sum of weights, then on a line of its own values */
    int64_t window;  /* 0: none */
    lk_window_kind window_kind;
    bool causal;
    bool v_in_k; /* values are the first elements of the keys */
    float scale, softcap, alibi;
    lk_attention_relative relative;
} lk_attention_shape;

/* Keys [begin, end) of a block that a query sees. */
typedef struct lk_attention_span {
    int64_t begin, end;
} lk_attention_span;

/* An entry of a sequence's block table, checked. An entry that holds no valid key may name any block. */
typedef struct lk_attention_entry {
    int64_t block, first_position;
    lk_attention_span valid;
} lk_attention_entry;

/* How the op is cut into units: tiles of rows x kv heads x slices of their groups' heads x splits. */
typedef struct lk_attention_cut {
    int64_t rows, tiles, heads, slices, splits; /* rows of a tile, heads of a slice */
} lk_attention_cut;

/* Rows [begin, end) of a unit, and the heads [head, head + heads) that it has of the kv head's group. It
 * takes every run whose number is split modulo splits; whole is the number that all of these units share,
 * below 64 where there are several. */
typedef struct lk_attention_unit {
    int64_t begin, end, kv_head, head, heads, whole, split, splits;
} lk_attention_unit;

lk_attention_shape lk_attention_shape_of(const lk_op_state *op);
lk_attention_cut lk_attention_cut_of(const lk_attention_shape *shape, int64_t rows);
lk_attention_unit lk_attention_unit_of(const lk_attention_shape *shape, const lk_attention_cut *cut,
                                       int64_t rows, int64_t unit);

/* Queries of a unit, at most. */
int64_t lk_attention_most_queries(const lk_attention_shape *shape);

/* Entries in use of a sequence. A sequence or a count outside its range is a fault and gives 0. */
int64_t lk_attention_count(const lk_op_state *op, const lk_attention_shape *shape, int64_t sequence);

/* Where the run ends that begins at an entry: entries follow each other in a run while their first positions
 * lie between the same multiples of LK_ATTENTION_RUN, whatever stands before them in the table. The last of
 * shape->runs takes all that is left. */
int64_t lk_attention_run_end(const lk_op_state *op, const lk_attention_shape *shape, int64_t sequence,
                             int64_t count, int64_t run, int64_t begin);

/* A block or a range outside its limits is a fault and gives an entry without keys. */
lk_attention_entry lk_attention_entry_of(const lk_op_state *op, const lk_attention_shape *shape,
                                         int64_t sequence, int64_t index);

/* The keys of an entry that the query at a position sees; begin = end when it sees none. */
lk_attention_span lk_attention_visible(const lk_attention_shape *shape, const lk_attention_entry *entry,
                                       int64_t position);

/* What a head's sink adds to the softmax as a score; -inf without sinks. */
float lk_attention_sink(const lk_op_state *op, int64_t head);

/* ALiBi's slope of a head (Press et al. 2022): a geometric series, for head counts that are no power of two
 * filled up with every second term of the next one's. */
float lk_attention_slope(const lk_attention_shape *shape, int64_t head);

static inline int64_t lk_attention_position(const lk_op_state *op, int64_t row) {
    return ((const int32_t *)(const void *)lk_row(&op->src[3], row))[0];
}

static inline int64_t lk_attention_sequence(const lk_op_state *op, int64_t row) {
    return ((const int32_t *)(const void *)lk_row(&op->src[3], row))[1];
}

/* Bytes of scratch that reference.c needs. */
int64_t lk_attention_reference_scratch(const lk_attention_shape *shape);

/* Whether queries, times the scale, are rounded to 8 bits: where keys lie in blocks of 32. */
static inline bool lk_attention_rounds(const lk_view *keys) {
    return lk_type_find(keys->type)->block_length > 1;
}

/* Key or value 0 of a block of a cache. */
static inline const uint8_t *lk_attention_block(const lk_view *cache, int64_t block, int64_t kv_head) {
    return cache->data + block * cache->strides[3] + kv_head * cache->strides[2];
}

#endif
