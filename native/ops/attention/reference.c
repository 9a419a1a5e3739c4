/* Two passes over the visible keys, for the largest score and for the sums, in double. */
#include "ops/attention/scratch.h"
#include "ops/attention/shape.h"
#include "ops/quantize/floats.h"
#include <math.h>

typedef struct query {
    const float *q;
    double scale;
    int64_t position, sequence, kv_head, head;
    double slope, sink;
    float *vector; /* room for a key or a value */
} query;

/* Called for every visible key with its score. */
typedef void (*visit_fn)(void *state, double score, const uint8_t *value);

static const float *widened(const lk_view *cache, const uint8_t *vector, float *into) {
    lk_type_find(cache->type)->dequantize(into, vector, cache->dims[0]);
    return into;
}

static double score_of(const lk_op_state *op, const lk_attention_shape *shape, const query *query,
                       const uint8_t *key, int64_t key_position) {
    const float *elements = widened(&op->src[1], key, query->vector);
    double dot = 0;
    for (int64_t i = 0; i < shape->k_dim; i++) dot += (double)query->q[i] * elements[i];
    double score = dot * query->scale;
    if (shape->softcap > 0) score = shape->softcap * tanh(score / shape->softcap);
    int64_t distance = key_position - query->position;
    score -= query->slope * fabs((double)distance);
    if (shape->relative.buckets == 0) return score;
    int64_t bucket = lk_attention_bucket(&shape->relative, distance);
    return score + lk_attention_relative_bias(op, query->head, bucket);
}

static void visit_keys(const lk_op_state *op, const lk_attention_shape *shape, const query *query,
                       visit_fn visit, void *state) {
    const lk_view *k = &op->src[1], *v = &op->src[2];
    int64_t count = lk_attention_count(op, shape, query->sequence);
    for (int64_t i = 0; i < count; i++) {
        lk_attention_entry entry = lk_attention_entry_of(op, shape, query->sequence, i);
        lk_attention_span span = lk_attention_visible(shape, &entry, query->position);
        for (int64_t j = span.begin; j < span.end; j++) {
            const uint8_t *key = lk_attention_block(k, entry.block, query->kv_head) + j * k->strides[1];
            const uint8_t *value = lk_attention_block(v, entry.block, query->kv_head) + j * v->strides[1];
            visit(state, score_of(op, shape, query, key, entry.first_position + j), value);
        }
    }
}

static void find_largest(void *state, double score, const uint8_t *value) {
    (void)value;
    double *largest = state;
    if (score > *largest || isnan(score)) *largest = score;
}

typedef struct sums {
    const lk_view *cache;
    double largest, weight;
    double *values;
    float *vector;
} sums;

static void add_value(void *state, double score, const uint8_t *value) {
    sums *total = state;
    double weight = exp(score - total->largest);
    const float *elements = widened(total->cache, value, total->vector);
    total->weight += weight;
    for (int64_t i = 0; i < total->cache->dims[0]; i++) total->values[i] += weight * elements[i];
}

static void attend(const lk_op_state *op, const lk_attention_shape *shape, const query *query, float *dst,
                   double *values) {
    sums total = {&op->src[2], query->sink, 0, values, query->vector};
    for (int64_t i = 0; i < shape->v_dim; i++) values[i] = 0;
    visit_keys(op, shape, query, find_largest, &total.largest);
    if (total.largest != -INFINITY) {
        total.weight = query->sink == total.largest ? 1 : exp(query->sink - total.largest);
        visit_keys(op, shape, query, add_value, &total);
    }
    for (int64_t i = 0; i < shape->v_dim; i++)
        dst[i] = total.weight == 0 ? 0 : (float)(values[i] / total.weight);
}

/* The memory that a query needs: sums of values, room for a key or a value, and its rounded elements. */
typedef struct memory {
    double *values;
    float *vector, *q;
    lk_block_a8 *blocks;
} memory;

/* Lays the parts out from base and returns their bytes. */
static int64_t lay_out(memory *room, uint8_t *base, const lk_attention_shape *shape) {
    const int64_t widest = shape->k_dim > shape->v_dim ? shape->k_dim : shape->v_dim;
    int64_t bytes = 0;
    room->values = lk_take_scratch(base, &bytes, shape->v_dim * 2);
    room->vector = lk_take_scratch(base, &bytes, widest);
    room->q = lk_take_scratch(base, &bytes, shape->k_dim);
    room->blocks = lk_take_scratch(base, &bytes, lk_row_bytes(LK_TYPE_A8, shape->k_dim) / 4);
    return bytes;
}

int64_t lk_attention_reference_scratch(const lk_attention_shape *shape) {
    memory room;
    return lay_out(&room, NULL, shape);
}

/* Sets a query's elements and what their products are multiplied by. */
static void load_query(const lk_op_state *op, const lk_attention_shape *shape, const memory *room,
                       const float *q, query *query) {
    query->q = q;
    query->scale = shape->scale;
    if (!lk_attention_rounds(&op->src[1])) return;
    for (int64_t i = 0; i < shape->k_dim; i++) room->q[i] = q[i] * shape->scale;
    lk_quantize_floats(LK_ISA_REFERENCE, room->blocks, room->q, shape->k_dim, shape->k_dim, 1);
    lk_quantized_to_floats(room->q, room->blocks, shape->k_dim);
    query->q = room->q;
    query->scale = 1;
}

void lk_attention_run_reference(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    const lk_attention_cut cut = lk_attention_cut_of(&shape, op->rows);
    memory room;
    lay_out(&room, scratch, &shape);
    for (int64_t index = begin; index < end; index++) {
        const lk_attention_unit unit = lk_attention_unit_of(&shape, &cut, op->rows, index);
        if (unit.split > 0) continue; /* the first takes all runs */
        for (int64_t row = unit.begin; row < unit.end; row++) {
            for (int64_t head = unit.head; head < unit.head + unit.heads; head++) {
                query query = {.position = lk_attention_position(op, row),
                               .sequence = lk_attention_sequence(op, row),
                               .kv_head = unit.kv_head,
                               .head = head,
                               .slope = lk_attention_slope(&shape, head),
                               .sink = lk_attention_sink(op, head),
                               .vector = room.vector};
                load_query(op, &shape, &room, lk_float_row(&op->src[0], row) + head * shape.k_dim, &query);
                attend(op, &shape, &query, lk_float_row(&op->dst, row) + head * shape.v_dim, room.values);
            }
        }
    }
}
