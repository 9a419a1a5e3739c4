#include "ops/attention/shape.h"
#include <math.h>

static bool v_in_k(const lk_view *k, const lk_view *v) {
    return v->data == k->data && v->type == k->type && v->dims[0] <= k->dims[0] &&
           v->strides[1] == k->strides[1] && v->strides[2] == k->strides[2] && v->strides[3] == k->strides[3];
}

lk_attention_shape lk_attention_shape_of(const lk_op_state *op) {
    const lk_view *k = &op->src[1], *v = &op->src[2], *table = &op->src[4];
    const int64_t most_runs = k->dims[1] * table->dims[1] / LK_ATTENTION_RUN + 4;
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
        .runs = most_runs < table->dims[1] ? most_runs : table->dims[1],
        .part_floats = (v->dims[0] + 15) / 16 * 16 + 16,
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

/* As many as share the cost of unpacking a key, yet no more than leave queries and their sums in L2. */
int64_t lk_attention_most_queries(const lk_attention_shape *shape) {
    enum { MOST = 128, LEAST = 16, MOST_FLOATS = 1 << 16 };
    const int64_t most = MOST_FLOATS / (shape->k_dim + 2 * shape->v_dim);
    return most > MOST ? MOST : most < LEAST ? LEAST : most;
}

static int64_t tile_rows(const lk_attention_shape *shape, int64_t rows, int64_t most) {
    enum { WANTED_UNITS = 32, FEW_ROWS = 8 };
    int64_t tile = rows * shape->kv_heads / WANTED_UNITS;
    if (tile < FEW_ROWS) tile = FEW_ROWS;
    if (tile > most) tile = most;
    if (tile > rows) tile = rows;
    return tile < 1 ? 1 : tile > LK_ATTENTION_TILE ? LK_ATTENTION_TILE : tile;
}

static int64_t part_bytes(const lk_attention_shape *shape, int64_t rows) {
    return rows * shape->heads * shape->runs * shape->part_floats * (int64_t)sizeof(float);
}

/* Bytes that partial results may take, unless those of one row take more. */
static int64_t most_part_bytes(const lk_attention_shape *shape) {
    enum { MOST = 1 << 24 };
    const int64_t one = part_bytes(shape, 1);
    return one > MOST ? one : MOST;
}

lk_attention_cut lk_attention_cut_of(const lk_attention_shape *shape, int64_t rows) {
    enum { ENOUGH_UNITS = 32, SPLIT_UNITS = 64 };
    lk_attention_cut cut = {.splits = 1};
    const int64_t most = lk_attention_most_queries(shape);
    cut.slices = (shape->group + most - 1) / most;
    cut.heads = (shape->group + cut.slices - 1) / cut.slices;
    cut.slices = (shape->group + cut.heads - 1) / cut.heads;
    cut.rows = tile_rows(shape, rows, most / cut.heads);
    cut.tiles = (rows + cut.rows - 1) / cut.rows;
    const int64_t whole = cut.tiles * shape->kv_heads * cut.slices;
    if (whole <= ENOUGH_UNITS && part_bytes(shape, rows) <= most_part_bytes(shape))
        cut.splits = SPLIT_UNITS / (whole > 0 ? whole : 1);
    if (cut.splits > shape->runs) cut.splits = shape->runs;
    return cut;
}

int64_t lk_attention_units(const lk_op_state *op) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    const lk_attention_cut cut = lk_attention_cut_of(&shape, op->rows);
    return cut.tiles * shape.kv_heads * cut.slices * cut.splits;
}

int64_t lk_attention_shared(const lk_op_state *op) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    const int64_t bytes = part_bytes(&shape, op->rows), most = most_part_bytes(&shape);
    return LK_SHARED_ZEROED + (bytes < most ? bytes : most);
}

lk_attention_unit lk_attention_unit_of(const lk_attention_shape *shape, const lk_attention_cut *cut,
                                       int64_t rows, int64_t unit) {
    const int64_t whole = unit / cut->splits, slice = whole % cut->slices;
    const int64_t kv_head = whole / cut->slices % shape->kv_heads;
    const int64_t begin = whole / cut->slices / shape->kv_heads * cut->rows, end = begin + cut->rows;
    const int64_t skipped = slice * cut->heads, left = shape->group - skipped;
    return (lk_attention_unit){.begin = begin,
                               .end = end < rows ? end : rows,
                               .kv_head = kv_head,
                               .head = kv_head * shape->group + skipped,
                               .heads = left < cut->heads ? left : cut->heads,
                               .whole = whole,
                               .split = unit % cut->splits,
                               .splits = cut->splits};
}

/* Counted from the lowest int32, so that division rounds down everywhere. */
static int64_t run_of(const lk_op_state *op, int64_t sequence, int64_t index) {
    const lk_view *table = &op->src[4];
    const uint8_t *entry = table->data + sequence * table->strides[2] + index * table->strides[1];
    const uint32_t first_position = (uint32_t)((const int32_t *)(const void *)entry)[1] + 0x80000000u;
    return first_position / LK_ATTENTION_RUN;
}

int64_t lk_attention_run_end(const lk_op_state *op, const lk_attention_shape *shape, int64_t sequence,
                             int64_t count, int64_t run, int64_t begin) {
    if (run == shape->runs - 1) return count;
    const int64_t number = run_of(op, sequence, begin);
    int64_t end = begin + 1;
    while (end < count && run_of(op, sequence, end) == number) end++;
    return end;
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
