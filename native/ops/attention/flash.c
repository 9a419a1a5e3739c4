#include "ops/attention/flash.h"
#include <math.h>
#include <string.h>

/* Relative biases of distances in a row: what all rows of a unit need of one step, where their positions
 * follow each other. */
enum { BIASES = LK_FLASH_KEYS + LK_ATTENTION_TILE };

/* A thread's working memory; queries are ordered by row, then by head of the unit. */
typedef struct memory {
    float *q, *columns, *rows, *values; /* columns: keys transposed; rows: a strip of them as they lie */
    float *scores, *part, *totals;      /* part: sums of a run */
    lk_flash_weights of_step, of_part, of_total;
    float *decay, *gain;             /* one a query */
    float *slopes, *relative, *bias; /* one, buckets, and BIASES a head of the unit */
    int64_t *nearest;                /* one a head: the distance of its first bias */
    int32_t *starts, *buckets;       /* where buckets begin; those of the biases */
    lk_attention_span *seen;         /* one a row, of a step */
} memory;

/* Rows [begin, end) of one sequence, and the unit's heads: the queries that share a kv head. */
typedef struct flash {
    const lk_op_state *op;
    const lk_flash_kernels *kernels;
    const lk_attention_shape *shape;
    memory memory;
    int64_t q_stride, value_stride, v_stride; /* of a query, a value in the step, and a sum */
    int64_t begin, end, sequence, count, queries;
    lk_attention_unit unit;
} flash;

/* Keys [begin, end) of a table entry that one call of the kernels takes; begin lies between the same
 * multiples of LK_FLASH_KEYS, and lane 0 at the lower one. */
typedef struct step {
    lk_attention_entry entry;
    lk_attention_span span; /* from lane 0 on */
    int64_t first;          /* lane 0 in the block */
} step;

static int64_t padded(int64_t n) {
    return (n + LK_FLASH_LANES - 1) / LK_FLASH_LANES * LK_FLASH_LANES;
}

/* The next part of the memory at base, of n words of 4 bytes, on a cache line of its own. */
static void *take(uint8_t *base, int64_t *bytes, int64_t n) {
    void *part = base ? base + *bytes : NULL;
    *bytes += (n * 4 + 63) / 64 * 64;
    return part;
}

/* Lays the parts out from base and returns their bytes. */
static int64_t lay_out(memory *memory, uint8_t *base, const lk_attention_shape *shape) {
    const int64_t queries = lk_attention_most_queries(shape), k = padded(shape->k_dim),
                  v = padded(shape->v_dim), strip = shape->v_in_k ? LK_FLASH_KEYS : LK_FLASH_LANES;
    int64_t bytes = 0;
    memory->q = take(base, &bytes, queries * k);
    memory->columns = take(base, &bytes, LK_FLASH_KEYS * k);
    memory->rows = take(base, &bytes, strip * k);
    memory->values = take(base, &bytes, shape->v_in_k ? 0 : LK_FLASH_KEYS * v);
    memory->scores = take(base, &bytes, LK_FLASH_QUERIES * LK_FLASH_KEYS);
    memory->part = take(base, &bytes, queries * v);
    memory->totals = take(base, &bytes, queries * v);
    lk_flash_weights *const weights[] = {&memory->of_step, &memory->of_part, &memory->of_total};
    for (int i = 0; i < 3; i++) {
        weights[i]->largest = take(base, &bytes, queries);
        weights[i]->sum = take(base, &bytes, queries);
    }
    memory->decay = take(base, &bytes, queries);
    memory->gain = take(base, &bytes, queries);
    memory->slopes = take(base, &bytes, shape->group);
    memory->relative = take(base, &bytes, shape->group * shape->relative.buckets);
    memory->bias = take(base, &bytes, shape->group * BIASES);
    memory->nearest = take(base, &bytes, shape->group * 2);
    memory->starts = take(base, &bytes, shape->relative.side);
    memory->buckets = take(base, &bytes, BIASES);
    memory->seen = take(base, &bytes, LK_ATTENTION_TILE * 4);
    return bytes;
}

void lk_flash_widen(float *dst, int64_t dst_stride, const lk_view *cache, const uint8_t *src, int64_t rows) {
    const lk_dequantize_fn dequantize = lk_type_find(cache->type)->dequantize;
    for (int64_t row = 0; row < rows; row++)
        dequantize(dst + row * dst_stride, src + row * cache->strides[1], cache->dims[0]);
}

int64_t lk_attention_scratch(const lk_op_state *op) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    memory memory;
    const int64_t flash_bytes = lay_out(&memory, NULL, &shape);
    const int64_t widest = shape.k_dim > shape.v_dim ? shape.k_dim : shape.v_dim;
    const int64_t reference_bytes = shape.v_dim * (int64_t)sizeof(double) + widest * (int64_t)sizeof(float);
    return flash_bytes > reference_bytes ? flash_bytes : reference_bytes;
}

static lk_flash_weights weights_at(lk_flash_weights weights, int64_t query) {
    return (lk_flash_weights){weights.largest + query, weights.sum + query};
}

static void set_weight(lk_flash_weights weights, int64_t query, float largest, float sum) {
    weights.largest[query] = largest;
    weights.sum[query] = sum;
}

/* What of the step each row sees. */
static void find_seen(const flash *flash, const step *step) {
    for (int64_t row = flash->begin; row < flash->end; row++) {
        lk_attention_span span =
            lk_attention_visible(flash->shape, &step->entry, lk_attention_position(flash->op, row));
        span.begin = span.begin < step->first ? 0 : span.begin - step->first;
        span.end = span.end > step->first + LK_FLASH_KEYS ? LK_FLASH_KEYS : span.end - step->first;
        if (span.begin >= span.end) span = (lk_attention_span){0, 0};
        flash->memory.seen[row - flash->begin] = span;
    }
}

static const uint8_t *key_of(const flash *flash, const lk_view *cache, const step *step, int64_t key) {
    return lk_attention_block(cache, step->entry.block, flash->unit.kv_head) +
           (step->first + key) * cache->strides[1];
}

/* Keys or values of a step. */
static lk_flash_ahead ahead_of(const flash *flash, const lk_view *cache, const step *step) {
    if (step == NULL) return (lk_flash_ahead){NULL, NULL};
    const int64_t left = step->entry.valid.end - step->first;
    return (lk_flash_ahead){key_of(flash, cache, step, 0),
                            key_of(flash, cache, step, left < LK_FLASH_KEYS ? left : LK_FLASH_KEYS)};
}

static void load_keys(const flash *flash, const step *step) {
    const lk_view *cache = &flash->op->src[1];
    const memory *memory = &flash->memory;
    const int64_t lanes = flash->kernels->lanes, stride = flash->q_stride;
    for (int64_t strip = step->span.begin / lanes * lanes; strip < step->span.end; strip += lanes) {
        const int64_t begin = strip < step->span.begin ? step->span.begin : strip;
        const int64_t end = strip + lanes < step->span.end ? strip + lanes : step->span.end;
        float *rows = memory->rows + (flash->shape->v_in_k ? strip * stride : 0);
        flash->kernels->widen(rows + (begin - strip) * stride, stride, cache,
                              key_of(flash, cache, step, begin), end - begin);
        flash->kernels->transpose(memory->columns + strip, rows, stride, flash->shape->k_dim);
    }
}

static void load_values(const flash *flash, const step *step) {
    const lk_view *cache = &flash->op->src[2];
    if (flash->shape->v_in_k) return;
    for (int64_t begin = step->span.begin, end; begin < step->span.end; begin = end) {
        end = begin + LK_FLASH_LANES < step->span.end ? begin + LK_FLASH_LANES : step->span.end;
        flash->kernels->widen(flash->memory.values + begin * flash->value_stride, flash->value_stride, cache,
                              key_of(flash, cache, step, begin), end - begin);
    }
}

/* The relative bias, for a head of the unit, of LK_FLASH_KEYS keys that lie distance, distance + 1, ... after
 * a query; NULL without one. The next rows' distances are smaller. */
static const float *find_bias(const flash *flash, int64_t head, int64_t distance) {
    const lk_attention_relative *relative = &flash->shape->relative;
    const memory *memory = &flash->memory;
    if (relative->buckets == 0) return NULL;
    float *bias = memory->bias + head * BIASES;
    int64_t *nearest = &memory->nearest[head];
    if (distance < *nearest || distance > *nearest + LK_ATTENTION_TILE) {
        *nearest = distance - LK_ATTENTION_TILE;
        lk_attention_buckets(relative, memory->starts, *nearest, BIASES, memory->buckets);
        const float *of_bucket = memory->relative + head * relative->buckets;
        for (int64_t j = 0; j < BIASES; j++) bias[j] = of_bucket[memory->buckets[j]];
    }
    return bias + (distance - *nearest);
}

static void weigh_query(const flash *flash, int64_t row, int64_t head, int64_t distance,
                        lk_attention_span span, int64_t scored) {
    const memory *memory = &flash->memory;
    const lk_flash_bend bend = {flash->shape->softcap, memory->slopes[head], (float)distance,
                                find_bias(flash, head, distance)};
    flash->kernels->weigh(memory->scores + scored * LK_FLASH_KEYS, span, memory->seen[row], &bend,
                          weights_at(memory->of_step, scored));
}

/* Queries [first, first + n): their scores are the first n in memory. */
static void weigh_queries(const flash *flash, const step *step, int64_t first, int64_t n,
                          lk_attention_span span) {
    const int64_t heads = flash->unit.heads, lane_0 = step->entry.first_position + step->first;
    for (int64_t scored = 0, row = first / heads, head = first % heads; scored < n; row++, head = 0) {
        const int64_t distance = lane_0 - lk_attention_position(flash->op, flash->begin + row);
        for (; head < heads && scored < n; head++, scored++)
            weigh_query(flash, row, head, distance, span, scored);
    }
}

/* What any of rows [begin, end) sees of the step. */
static lk_attention_span seen_by_any(const memory *memory, int64_t begin, int64_t end) {
    lk_attention_span any = {LK_FLASH_KEYS, 0};
    for (int64_t row = begin; row < end; row++) {
        const lk_attention_span seen = memory->seen[row];
        if (seen.begin == seen.end) continue;
        if (seen.begin < any.begin) any.begin = seen.begin;
        if (seen.end > any.end) any.end = seen.end;
    }
    return any;
}

/* Queries [first, first + n), whose scores have room, over the keys that any of them sees: the others have a
 * weight of 0 there. */
static void attend_queries(const flash *flash, const step *step, int64_t first, int64_t n,
                           lk_flash_ahead *keys, lk_flash_ahead *values) {
    const memory *memory = &flash->memory;
    const int64_t heads = flash->unit.heads;
    const lk_attention_span span = seen_by_any(memory, first / heads, (first + n - 1) / heads + 1);
    if (span.begin >= span.end) return;
    flash->kernels->dots(memory->scores, memory->q + first * flash->q_stride, flash->q_stride, n,
                         memory->columns, span, flash->shape->k_dim, keys);
    weigh_queries(flash, step, first, n, span);
    flash->kernels->merge(weights_at(memory->of_part, first), memory->of_step, memory->decay, memory->gain,
                          n);
    flash->kernels->accumulate(memory->part + first * flash->v_stride, memory->decay, memory->gain,
                               memory->scores, n, flash->shape->v_in_k ? memory->rows : memory->values, span,
                               flash->value_stride, flash->v_stride, values);
}

static void attend_step(const flash *flash, step *step, const struct step *next) {
    find_seen(flash, step);
    step->span = seen_by_any(&flash->memory, 0, flash->end - flash->begin);
    if (step->span.begin >= step->span.end) return;
    load_keys(flash, step);
    load_values(flash, step);
    lk_flash_ahead keys = ahead_of(flash, &flash->op->src[1], next);
    lk_flash_ahead values = ahead_of(flash, &flash->op->src[2], flash->shape->v_in_k ? NULL : next);
    for (int64_t first = 0; first < flash->queries; first += LK_FLASH_QUERIES) {
        const int64_t left = flash->queries - first;
        attend_queries(flash, step, first, left < LK_FLASH_QUERIES ? left : LK_FLASH_QUERIES, &keys, &values);
    }
}

/* The step after one of an entry, or the first of the next entry that holds keys; false where the run ends.
 */
static bool find_step(const flash *flash, int64_t *index, int64_t end, step *step) {
    int64_t first = step->first + LK_FLASH_KEYS;
    while (first >= step->entry.valid.end) {
        if (++*index >= end) return false;
        step->entry = lk_attention_entry_of(flash->op, flash->shape, flash->sequence, *index);
        first = step->entry.valid.begin / LK_FLASH_KEYS * LK_FLASH_KEYS;
    }
    step->first = first;
    return true;
}

/* Sums entries [begin, end) from nothing into the part. */
static void attend_run(const flash *flash, int64_t begin, int64_t end) {
    const memory *memory = &flash->memory;
    for (int64_t i = 0; i < flash->queries; i++) set_weight(memory->of_part, i, -INFINITY, 0);
    memset(memory->part, 0, (size_t)(flash->queries * flash->v_stride) * sizeof *memory->part);
    step steps[2] = {0}; /* this one and the next */
    int64_t index = begin - 1, current = 0;
    bool found = find_step(flash, &index, end, &steps[0]);
    while (found) {
        steps[!current] = steps[current];
        found = find_step(flash, &index, end, &steps[!current]);
        attend_step(flash, &steps[current], found ? &steps[!current] : NULL);
        current = !current;
    }
}

static void load_queries(const flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    for (int64_t i = 0; i < flash->queries; i++) {
        const int64_t row = flash->begin + i / flash->unit.heads,
                      head = flash->unit.head + i % flash->unit.heads;
        const float *q = lk_float_row(&flash->op->src[0], row) + head * shape->k_dim;
        float *dst = flash->memory.q + i * flash->q_stride;
        for (int64_t d = 0; d < shape->k_dim; d++) dst[d] = q[d] * shape->scale;
    }
}

/* A sink is a key seen already, without a value. */
static void clear_totals(const flash *flash) {
    const memory *memory = &flash->memory;
    for (int64_t i = 0; i < flash->queries; i++) {
        const float sink = lk_attention_sink(flash->op, flash->unit.head + i % flash->unit.heads);
        set_weight(memory->of_total, i, sink, sink == -INFINITY ? 0 : 1);
    }
    memset(memory->totals, 0, (size_t)(flash->queries * flash->v_stride) * sizeof *memory->totals);
}

static void add_part(const flash *flash) {
    const memory *memory = &flash->memory;
    flash->kernels->merge(memory->of_total, memory->of_part, memory->decay, memory->gain, flash->queries);
    for (int64_t i = 0; i < flash->queries; i++)
        flash->kernels->combine(memory->totals + i * flash->v_stride, memory->part + i * flash->v_stride,
                                memory->decay[i], memory->gain[i], flash->v_stride);
}

/* A query that saw no key has a weight of 0. */
static void store_results(const flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    for (int64_t i = 0; i < flash->queries; i++) {
        const float *total = flash->memory.totals + i * flash->v_stride;
        const float weight = flash->memory.of_total.sum[i];
        const int64_t row = flash->begin + i / flash->unit.heads,
                      head = flash->unit.head + i % flash->unit.heads;
        float *dst = lk_float_row(&flash->op->dst, row) + head * shape->v_dim;
        for (int64_t d = 0; d < shape->v_dim; d++) dst[d] = weight == 0 ? 0 : total[d] / weight;
    }
}

/* Where the result of a run is kept for whoever combines the parts: floats, part_floats apart. */
static float *kept_part(const flash *flash, int64_t query, int64_t run) {
    const lk_attention_shape *shape = flash->shape;
    const int64_t row = flash->begin + query / flash->unit.heads,
                  head = flash->unit.head + query % flash->unit.heads;
    float *parts = (float *)(void *)((uint8_t *)flash->op->shared + LK_SHARED_ZEROED);
    return parts + ((row * shape->heads + head) * shape->runs + run) * shape->part_floats;
}

static void keep_part(const flash *flash, int64_t run) {
    const memory *memory = &flash->memory;
    const size_t bytes = (size_t)flash->v_stride * sizeof(float);
    for (int64_t i = 0; i < flash->queries; i++) {
        float *kept = kept_part(flash, i, run);
        kept[0] = memory->of_part.largest[i];
        kept[1] = memory->of_part.sum[i];
        memcpy(kept + LK_FLASH_LANES, memory->part + i * flash->v_stride, bytes);
    }
}

static void take_part(const flash *flash, int64_t run) {
    const memory *memory = &flash->memory;
    const size_t bytes = (size_t)flash->v_stride * sizeof(float);
    for (int64_t i = 0; i < flash->queries; i++) {
        const float *kept = kept_part(flash, i, run);
        set_weight(memory->of_part, i, kept[0], kept[1]);
        memcpy(memory->part + i * flash->v_stride, kept + LK_FLASH_LANES, bytes);
    }
}

/* The unit's runs of one sequence: summed up where it has all of them, else kept. */
static void attend_sequence(const flash *flash) {
    if (flash->unit.splits == 1) clear_totals(flash);
    load_queries(flash);
    for (int64_t run = 0, begin = 0, end; begin < flash->count; run++, begin = end) {
        end = lk_attention_run_end(flash->op, flash->shape, flash->sequence, flash->count, run, begin);
        if (run % flash->unit.splits != flash->unit.split) continue;
        attend_run(flash, begin, end);
        if (flash->unit.splits == 1)
            add_part(flash);
        else
            keep_part(flash, run);
    }
    if (flash->unit.splits == 1) store_results(flash);
}

static void combine_sequence(const flash *flash) {
    clear_totals(flash);
    for (int64_t run = 0, begin = 0; begin < flash->count; run++) {
        begin = lk_attention_run_end(flash->op, flash->shape, flash->sequence, flash->count, run, begin);
        take_part(flash, run);
        add_part(flash);
    }
    store_results(flash);
}

static void load_heads(flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    const int64_t buckets = shape->relative.buckets;
    for (int64_t i = 0; i < flash->unit.heads; i++) {
        const int64_t head = flash->unit.head + i;
        flash->memory.slopes[i] = lk_attention_slope(shape, head);
        flash->memory.nearest[i] = INT64_MAX;
        float *relative = flash->memory.relative + i * buckets;
        for (int64_t b = 0; b < buckets; b++) relative[b] = lk_attention_relative_bias(flash->op, head, b);
    }
}

/* Calls a function for the rows of each sequence in the unit: neighbours. */
static void visit_sequences(flash *flash, void (*visit)(const struct flash *flash)) {
    const lk_op_state *op = flash->op;
    for (flash->begin = flash->unit.begin; flash->begin < flash->unit.end; flash->begin = flash->end) {
        flash->sequence = lk_attention_sequence(op, flash->begin);
        flash->count = lk_attention_count(op, flash->shape, flash->sequence);
        flash->end = flash->begin + 1;
        while (flash->end < flash->unit.end && lk_attention_sequence(op, flash->end) == flash->sequence)
            flash->end++;
        flash->queries = (flash->end - flash->begin) * flash->unit.heads;
        visit(flash);
    }
}

/* Whether this is the last of the units that share the rows and heads: all parts are kept then. */
static bool is_last(const flash *flash) {
    _Atomic uint32_t *done = flash->op->shared;
    const uint32_t before = atomic_fetch_add_explicit(&done[flash->unit.whole], 1, memory_order_acq_rel);
    return before + 1 == (uint32_t)flash->unit.splits;
}

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    const lk_attention_cut cut = lk_attention_cut_of(&shape, op->rows);
    flash flash = {.op = op,
                   .kernels = kernels,
                   .shape = &shape,
                   .q_stride = padded(shape.k_dim),
                   .v_stride = padded(shape.v_dim),
                   .value_stride = padded(shape.v_in_k ? shape.k_dim : shape.v_dim)};
    lay_out(&flash.memory, scratch, &shape);
    lk_attention_bucket_starts(&shape.relative, flash.memory.starts);
    for (int64_t index = begin; index < end; index++) {
        flash.unit = lk_attention_unit_of(&shape, &cut, op->rows, index);
        load_heads(&flash);
        visit_sequences(&flash, attend_sequence);
        if (flash.unit.splits > 1 && is_last(&flash)) visit_sequences(&flash, combine_sequence);
    }
}
