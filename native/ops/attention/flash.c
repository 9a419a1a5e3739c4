#include "ops/attention/flash.h"
#include <math.h>
#include <string.h>

/* A thread's working memory; queries are ordered by row, then by head of the group. */
typedef struct memory {
    float *q, *keys, *values, *scores, *totals;
    float *largest, *weight, *decay, *gain; /* one a query */
    float *slopes, *relative, *bias;        /* one, buckets, and BIASES a head of the unit */
    int64_t *nearest;                       /* one a head: the distance of its first bias */
    int32_t *starts, *buckets;              /* where buckets begin; those of the biases */
} memory;

/* Relative biases of distances in a row: what all rows of a unit need of one step, where their positions
 * follow each other. */
enum { BIASES = LK_FLASH_KEYS + LK_ATTENTION_TILE };

/* Rows [begin, end) of one sequence, and the heads of one group: the queries that share a kv head. */
typedef struct flash {
    const lk_op_state *op;
    const lk_flash_kernels *kernels;
    const lk_attention_shape *shape;
    memory memory;
    const float *values; /* those of a step: memory's, or its keys where values lie in them */
    int64_t value_stride;
    int64_t begin, end, kv_head, head, heads;
} flash;

/* Keys [begin, end) of a table entry that one call of the kernels takes; after them those of next from
 * next_key. */
typedef struct step {
    const lk_attention_entry *entry, *next; /* next is NULL for the last one */
    int64_t begin, end, next_key;
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
    int64_t queries = LK_ATTENTION_TILE * shape->group, k = padded(shape->k_dim), v = padded(shape->v_dim);
    if (queries > 64) queries = shape->group > 64 ? shape->group : 64;
    int64_t bytes = 0;
    memory->q = take(base, &bytes, queries * k);
    memory->keys = take(base, &bytes, LK_FLASH_KEYS * k);
    memory->values = take(base, &bytes, shape->v_in_k ? 0 : LK_FLASH_KEYS * v);
    memory->scores = take(base, &bytes, queries * LK_FLASH_KEYS);
    memory->totals = take(base, &bytes, queries * v);
    memory->largest = take(base, &bytes, queries);
    memory->weight = take(base, &bytes, queries);
    memory->decay = take(base, &bytes, queries);
    memory->gain = take(base, &bytes, queries);
    memory->slopes = take(base, &bytes, shape->group);
    memory->relative = take(base, &bytes, shape->group * shape->relative.buckets);
    memory->bias = take(base, &bytes, shape->group * BIASES);
    memory->nearest = take(base, &bytes, shape->group * 2);
    memory->starts = take(base, &bytes, shape->relative.side);
    memory->buckets = take(base, &bytes, BIASES);
    return bytes;
}

int64_t lk_attention_scratch(const lk_op_state *op) {
    lk_attention_shape shape = lk_attention_shape_of(op);
    memory memory;
    int64_t flash_bytes = lay_out(&memory, NULL, &shape);
    int64_t reference_bytes = shape.v_dim * (int64_t)sizeof(double);
    return flash_bytes > reference_bytes ? flash_bytes : reference_bytes;
}

static lk_attention_span visible(const flash *flash, int64_t row, const step *step) {
    lk_attention_span span =
        lk_attention_visible(flash->shape, step->entry, lk_attention_position(flash->op, row));
    if (span.begin < step->begin) span.begin = step->begin;
    if (span.end > step->end) span.end = step->end;
    return span.begin < span.end ? span : (lk_attention_span){step->begin, step->begin};
}

/* What of the step any row sees. */
static lk_attention_span visible_to_any(const flash *flash, const step *step) {
    lk_attention_span any = {step->end, step->begin};
    for (int64_t row = flash->begin; row < flash->end; row++) {
        lk_attention_span span = visible(flash, row, step);
        if (span.begin == span.end) continue;
        if (span.begin < any.begin) any.begin = span.begin;
        if (span.end > any.end) any.end = span.end;
    }
    return any;
}

static const uint8_t *key_of(const flash *flash, const lk_view *cache, const lk_attention_entry *entry,
                             int64_t key) {
    return lk_attention_block(cache, entry->block, flash->kv_head) + key * cache->strides[1];
}

static void prefetch(const uint8_t *address, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(address + at);
}

/* Asks for the next step's keys meanwhile: blocks lie anywhere, so the processor does not foresee them. */
static void widen_keys(const flash *flash, const step *step, float *dst, const lk_view *cache) {
    int64_t n = cache->dims[0], stride = padded(n), bytes = n * cache->strides[0];
    const uint8_t *key = key_of(flash, cache, step->entry, step->begin);
    const uint8_t *next = step->next ? key_of(flash, cache, step->next, step->next_key) : NULL;
    for (int64_t j = step->begin; j < step->end; j++, dst += stride, key += cache->strides[1]) {
        flash->kernels->widen(dst, key, cache->type, n, stride);
        if (!next) continue;
        prefetch(next, bytes);
        next += cache->strides[1];
    }
}

/* Moves a query's running maximum; decay and gain bring the old and the new sum to it. */
static void merge_weight(const memory *memory, int64_t query, lk_flash_weight new) {
    float old = memory->largest[query], decay = 1, gain = 1;
    if (new.largest > old) {
        decay = expf(old - new.largest);
        memory->largest[query] = new.largest;
    } else {
        gain = new.largest == -INFINITY ? 0 : expf(new.largest - old);
    }
    memory->decay[query] = decay;
    memory->gain[query] = gain;
    memory->weight[query] = memory->weight[query] * decay + new.sum *gain;
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

/* Rows [begin, end) see exactly the keys of the span; the step's first key is at the start of keys and
 * values. */
static void attend_rows(const flash *flash, const step *step, int64_t begin, int64_t end,
                        lk_attention_span span) {
    const lk_attention_shape *shape = flash->shape;
    const memory *memory = &flash->memory;
    int64_t first = (begin - flash->begin) * flash->heads, queries = (end - begin) * flash->heads;
    int64_t k_stride = padded(shape->k_dim), v_stride = padded(shape->v_dim);
    int64_t skipped = span.begin - step->begin, keys = span.end - span.begin;
    flash->kernels->dots(memory->scores, memory->q + first * k_stride, queries,
                         memory->keys + skipped * k_stride, keys, k_stride);
    for (int64_t i = 0; i < queries; i++) {
        int64_t row = begin + i / flash->heads, head = i % flash->heads;
        int64_t distance = step->entry->first_position + span.begin - lk_attention_position(flash->op, row);
        lk_flash_bend bend = {shape->scale, shape->softcap, memory->slopes[head], (float)distance,
                              find_bias(flash, head, distance)};
        merge_weight(memory, first + i,
                     flash->kernels->weigh(memory->scores + i * LK_FLASH_KEYS, keys, &bend));
    }
    flash->kernels->accumulate(memory->totals + first * v_stride, memory->decay + first, memory->gain + first,
                               memory->scores, queries, flash->values + skipped * flash->value_stride, keys,
                               flash->value_stride, v_stride);
}

static void attend_step(const flash *flash, step step) {
    lk_attention_span any = visible_to_any(flash, &step);
    if (any.begin >= any.end) return;
    step.begin = any.begin;
    step.end = any.end;
    widen_keys(flash, &step, flash->memory.keys, &flash->op->src[1]);
    if (!flash->shape->v_in_k) widen_keys(flash, &step, flash->memory.values, &flash->op->src[2]);
    for (int64_t row = flash->begin; row < flash->end;) {
        lk_attention_span span = visible(flash, row, &step);
        int64_t last = row + 1;
        for (; last < flash->end; last++) {
            lk_attention_span next = visible(flash, last, &step);
            if (next.begin != span.begin || next.end != span.end) break;
        }
        if (span.begin < span.end) attend_rows(flash, &step, row, last, span);
        row = last;
    }
}

static void load_queries(const flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    const memory *memory = &flash->memory;
    int64_t queries = (flash->end - flash->begin) * flash->heads, stride = padded(shape->k_dim);
    for (int64_t i = 0; i < queries; i++) {
        int64_t row = flash->begin + i / flash->heads, head = flash->head + i % flash->heads;
        const float *q = lk_float_row(&flash->op->src[0], row) + head * shape->k_dim;
        memcpy(memory->q + i * stride, q, (size_t)shape->k_dim * sizeof *q);
        memset(memory->q + i * stride + shape->k_dim, 0, (size_t)(stride - shape->k_dim) * sizeof *q);
        memory->largest[i] = lk_attention_sink(flash->op, head); /* a key seen already, without a value */
        memory->weight[i] = memory->largest[i] == -INFINITY ? 0 : 1;
    }
    memset(memory->totals, 0, (size_t)(queries * padded(shape->v_dim)) * sizeof(float));
}

/* A query that saw no key has a weight of 0. */
static void store_results(const flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    int64_t queries = (flash->end - flash->begin) * flash->heads, stride = padded(shape->v_dim);
    for (int64_t i = 0; i < queries; i++) {
        const float *total = flash->memory.totals + i * stride;
        float weight = flash->memory.weight[i];
        int64_t row = flash->begin + i / flash->heads, head = flash->head + i % flash->heads;
        float *dst = lk_float_row(&flash->op->dst, row) + head * shape->v_dim;
        for (int64_t d = 0; d < shape->v_dim; d++) dst[d] = weight == 0 ? 0 : total[d] / weight;
    }
}

static void attend_entry(const flash *flash, const lk_attention_entry *entry,
                         const lk_attention_entry *next) {
    int64_t key = entry->valid.begin / LK_FLASH_KEYS * LK_FLASH_KEYS;
    for (; key < entry->valid.end; key += LK_FLASH_KEYS) {
        step step = {entry, entry, key, key + LK_FLASH_KEYS, key + LK_FLASH_KEYS};
        if (step.next_key >= entry->valid.end) {
            step.next = next && next->valid.begin < next->valid.end ? next : NULL;
            step.next_key = next ? next->valid.begin : 0;
        }
        attend_step(flash, step);
    }
}

static void attend_sequence(const flash *flash) {
    int64_t sequence = lk_attention_sequence(flash->op, flash->begin);
    int64_t count = lk_attention_count(flash->op, flash->shape, sequence);
    load_queries(flash);
    lk_attention_entry entries[2]; /* this one and the next */
    if (count > 0) entries[0] = lk_attention_entry_of(flash->op, flash->shape, sequence, 0);
    for (int64_t i = 0; i < count; i++) {
        const lk_attention_entry *entry = &entries[i % 2], *next = NULL;
        if (i + 1 < count) {
            entries[(i + 1) % 2] = lk_attention_entry_of(flash->op, flash->shape, sequence, i + 1);
            next = &entries[(i + 1) % 2];
        }
        attend_entry(flash, entry, next);
    }
    store_results(flash);
}

static void load_heads(flash *flash, const lk_attention_unit *unit) {
    const lk_attention_shape *shape = flash->shape;
    const int64_t buckets = shape->relative.buckets;
    flash->kv_head = unit->kv_head;
    flash->head = unit->head;
    flash->heads = unit->heads;
    for (int64_t i = 0; i < unit->heads; i++) {
        const int64_t head = unit->head + i;
        flash->memory.slopes[i] = lk_attention_slope(shape, head);
        flash->memory.nearest[i] = INT64_MAX;
        float *relative = flash->memory.relative + i * buckets;
        for (int64_t b = 0; b < buckets; b++) relative[b] = lk_attention_relative_bias(flash->op, head, b);
    }
}

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels) {
    lk_attention_shape shape = lk_attention_shape_of(op);
    flash flash = {.op = op, .kernels = kernels, .shape = &shape};
    lay_out(&flash.memory, scratch, &shape);
    flash.values = shape.v_in_k ? flash.memory.keys : flash.memory.values;
    flash.value_stride = padded(shape.v_in_k ? shape.k_dim : shape.v_dim);
    lk_attention_bucket_starts(&shape.relative, flash.memory.starts);
    for (int64_t index = begin; index < end; index++) {
        lk_attention_unit unit = lk_attention_unit_of(op, index);
        load_heads(&flash, &unit);
        for (flash.begin = unit.begin; flash.begin < unit.end; flash.begin = flash.end) {
            flash.end = flash.begin + 1;
            while (flash.end < unit.end &&
                   lk_attention_sequence(op, flash.end) == lk_attention_sequence(op, flash.begin)) {
                flash.end++;
            }
            attend_sequence(&flash);
        }
    }
}
