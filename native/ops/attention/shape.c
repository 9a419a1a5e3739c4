#include "ops/attention/shape.h"
#include <math.h>

static bool v_in_k(const lk_view *k, const lk_view *v) {
    return v->data == k->data && v->type == k->type && v->dims[0] <= k->dims[0] &&
           v->strides[1] == k->strides[1] && v->strides[2] == k->strides[2] && v->strides[3] == k->strides[3];
}

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
        .window_kind = (lk_window_kind)op->params[7],
        .v_in_k = v_in_k(k, v),
        .scale = lk_param_float(op, 4),
        .softcap = lk_param_float(op, 5),
        .alibi = lk_param_float(op, 6),
        .relative = lk_attention_relative_of(op),
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

/* How the op is cut: tiles of rows x kv heads x slices of their groups' heads. */
typedef struct cut {
    int64_t rows, tiles, slices, heads; /* of a tile, and of a slice */
} cut;

/* A group is sliced where few rows and kv heads leave fewer than 8 units. Every slice reads the keys anew
 * (4 of 16 heads: a fifth more work in all), so one has 4 heads at least. */
static cut cut_of(const lk_op_state *op) {
    int64_t kv_heads = op->params[1], group = op->params[0] / kv_heads, rows = tile_rows(op);
    int64_t tiles = (op->rows + rows - 1) / rows, whole = tiles * kv_heads;
    int64_t slices = (8 + whole - 1) / whole;
    if (slices > group / 4) slices = group / 4;
    if (slices < 1) slices = 1;
    int64_t heads = (group + slices - 1) / slices;
    return (cut){rows, tiles, (group + heads - 1) / heads, heads};
}

int64_t lk_attention_units(const lk_op_state *op) {
    cut cut = cut_of(op);
    return cut.tiles * op->params[1] * cut.slices;
}

lk_attention_unit lk_attention_unit_of(const lk_op_state *op, int64_t unit) {
    cut cut = cut_of(op);
    int64_t kv_heads = op->params[1], group = op->params[0] / kv_heads;
    int64_t begin = unit / (kv_heads * cut.slices) * cut.rows, end = begin + cut.rows;
    int64_t kv_head = unit / cut.slices % kv_heads, skipped = unit % cut.slices * cut.heads;
    int64_t heads = group - skipped < cut.heads ? group - skipped : cut.heads;
    return (lk_attention_unit){begin, end < op->rows ? end : op->rows, kv_head, kv_head * group + skipped,
                               heads};
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

/* The key positions that a query sees, for an entry anywhere. */
static lk_attention_span visible_positions(const lk_attention_shape *shape, int64_t position) {
    const int64_t window = shape->window, far = INT64_MAX / 2;
    lk_attention_span span = {-far, shape->causal ? position + 1 : far};
    if (window == 0) return span;
    switch (shape->window_kind) {
    case LK_WINDOW_KIND_SLIDING:
        span.begin = position - window + 1;
        break;
    case LK_WINDOW_KIND_CHUNKED: /* rounded down: positions may be negative */
        span.begin = position - (position % window + window) % window;
        if (span.end > span.begin + window) span.end = span.begin + window;
        break;
    case LK_WINDOW_KIND_SYMMETRIC:
        span.begin = position - window / 2;
        if (span.end > position + window / 2 + 1) span.end = position + window / 2 + 1;
        break;
    }
    return span;
}

lk_attention_span lk_attention_visible(const lk_attention_shape *shape, const lk_attention_entry *entry,
                                       int64_t position) {
    lk_attention_span positions = visible_positions(shape, position), span = entry->valid;
    int64_t begin = positions.begin - entry->first_position, end = positions.end - entry->first_position;
    if (span.begin < begin) span.begin = begin;
    if (span.end > end) span.end = end;
    if (span.end < span.begin) span.end = span.begin;
    return span;
}

float lk_attention_sink(const lk_op_state *op, int64_t head) {
    const lk_view *sinks = &op->src[6];
    return lk_present(sinks) ? ((const float *)(const void *)sinks->data)[head] : -INFINITY;
}

float lk_attention_slope(const lk_attention_shape *shape, int64_t head) {
    if (shape->alibi == 0) return 0;
    int64_t floor = 1;
    while (floor * 2 <= shape->heads) floor *= 2;
    double term = head < floor ? (double)(head + 1) : (double)(head - floor) + 0.5;
    return (float)exp2(-shape->alibi * term / (double)floor);
}
