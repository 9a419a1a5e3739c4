#include "ops/attention/shape.h"
#include <math.h>

lk_attention_shape lk_attention_shape_of(const lk_op_state *op) {
    const lk_view *k = &op->src[1], *v = &op->src[2], *table = &op->src[4];
    return (lk_attention_shape){
        .heads = op->params[0],
        .kv_heads = op->params[1],
        .group = op->params[0] / op->params[1],
        .k_dim = k->dims[0],
        .v_dim = v->dims[0],
        .block_tokens = k->dims[1],
        .blocks = k->dims[3],
        .entries = table->dims[1],
        .sequences = table->dims[2],
        .causal = op->params[2] != 0,
        .window = op->params[3],
        .scale = lk_param_float(op, 4),
        .softcap = lk_param_float(op, 5),
        .alibi = lk_param_float(op, 6),
    };
}

/* Rows of a unit: as many as share the cost of reading a block, yet no more than leave 16 units, and no more
 * than keep 64 queries and their sums in L2. */
static int64_t tile_rows(const lk_op_state *op) {
    int64_t kv_heads = op->params[1], group = op->params[0] / kv_heads;
    int64_t rows = op->rows * kv_heads / 16, most = 64 / group;
    if (rows > most) rows = most;
    return rows < 1 ? 1 : rows > LK_ATTENTION_TILE ? LK_ATTENTION_TILE : rows;
}

int64_t lk_attention_units(const lk_op_state *op) {
    int64_t tile = tile_rows(op);
    return (op->rows + tile - 1) / tile * op->params[1];
}

lk_attention_unit lk_attention_unit_of(const lk_op_state *op, int64_t unit) {
    int64_t tile = tile_rows(op), kv_heads = op->params[1];
    int64_t begin = unit / kv_heads * tile;
    return (lk_attention_unit){begin, begin + tile < op->rows ? begin + tile : op->rows, unit % kv_heads};
}

int64_t lk_attention_count(const lk_op_state *op, const lk_attention_shape *shape, int64_t sequence) {
    if (sequence >= 0 && sequence < shape->sequences) {
        int64_t count = lk_index(&op->src[5], sequence);
        if (count >= 0 && count <= shape->entries) return count;
    }
    lk_fault(op);
    return 0;
}

lk_attention_entry lk_attention_entry_of(const lk_op_state *op, const lk_attention_shape *shape,
                                         int64_t sequence, int64_t index) {
    const lk_view *table = &op->src[4];
    const int32_t *words = (const int32_t *)(const void *)(table->data + sequence * table->strides[2] +
                                                           index * table->strides[1]);
    lk_attention_entry entry = {words[0], words[1], {words[2], words[3]}};
    bool valid = entry.valid.begin >= 0 && entry.valid.begin <= entry.valid.end &&
                 entry.valid.end <= shape->block_tokens;
    bool empty = entry.valid.begin == entry.valid.end;
    if (valid && (empty || (entry.block >= 0 && entry.block < shape->blocks))) return entry;
    lk_fault(op);
    return (lk_attention_entry){0, 0, {0, 0}};
}

lk_attention_span lk_attention_visible(const lk_attention_shape *shape, const lk_attention_entry *entry,
                                       int64_t position) {
    int64_t distance = position - entry->first_position; /* from the block's first key to the query */
    lk_attention_span span = entry->valid;
    if (shape->causal && span.end > distance + 1) span.end = distance + 1;
    if (shape->window > 0 && span.begin < distance - shape->window + 1)
        span.begin = distance - shape->window + 1;
    if (span.end < span.begin) span.end = span.begin;
    return span;
}

float lk_attention_slope(const lk_attention_shape *shape, int64_t head) {
    if (shape->alibi == 0) return 0;
    int64_t floor = 1;
    while (floor * 2 <= shape->heads) floor *= 2;
    double term = head < floor ? (double)(head + 1) : (double)(head - floor) + 0.5;
    return (float)exp2(-shape->alibi * term / (double)floor);
}
