#include "ops/attention/flash.h"
#include <math.h>
#include <string.h>

/* A thread's working memory; queries are ordered by row, then by head of the group. */
typedef struct memory {
    float *q, *keys, *values, *scores, *totals;
    float *largest, *weight, *decay, *gain; /* one a query */
    float *slopes;                          /* one a head of the group */
} memory;

/* Rows [begin, end) of one sequence, and the kv head that their queries share. */
typedef struct flash {
    const lk_op_state *op;
    const lk_flash_kernels *kernels;
    const lk_attention_shape *shape;
    memory memory;
    int64_t begin, end, kv_head;
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

/* Lays the parts out from base, each on a cache line, and returns their bytes. */
static int64_t lay_out(memory *memory, uint8_t *base, const lk_attention_shape *shape) {
    int64_t queries = LK_ATTENTION_TILE * shape->group, k = padded(shape->k_dim), v = padded(shape->v_dim);
    if (queries > 64) queries = shape->group > 64 ? shape->group : 64;
    float **parts[] = {&memory->q,       &memory->keys,   &memory->values, &memory->scores, &memory->totals,
                       &memory->largest, &memory->weight, &memory->decay,  &memory->gain,   &memory->slopes};
    int64_t sizes[] = {queries * k, LK_FLASH_KEYS * k, LK_FLASH_KEYS * v, queries * LK_FLASH_KEYS,
                       queries * v, queries,           queries,           queries,
                       queries,     shape->group};
    int64_t bytes = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        *parts[i] = base ? (float *)(void *)(base + bytes) : NULL;
        bytes += (sizes[i] * (int64_t)sizeof(float) + 63) / 64 * 64;
    }
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

/* Rows [begin, end) see exactly the keys of the span; the step's first key is at the start of keys and
 * values. */
static void attend_rows(const flash *flash, const step *step, int64_t begin, int64_t end,
                        lk_attention_span span) {
    const lk_attention_shape *shape = flash->shape;
    const memory *memory = &flash->memory;
    int64_t first = (begin - flash->begin) * shape->group, queries = (end - begin) * shape->group;
    int64_t k_stride = padded(shape->k_dim), v_stride = padded(shape->v_dim);
    int64_t skipped = span.begin - step->begin, keys = span.end - span.begin;
    flash->kernels->dots(memory->scores, memory->q + first * k_stride, queries,
                         memory->keys + skipped * k_stride, keys, k_stride);
    for (int64_t i = 0; i < queries; i++) {
        int64_t position = lk_attention_position(flash->op, begin + i / shape->group);
        lk_flash_bend bend = {shape->scale, shape->softcap, memory->slopes[i % shape->group],
                              (float)(step->entry->first_position + span.begin - position)};
        merge_weight(memory, first + i,
                     flash->kernels->weigh(memory->scores + i * LK_FLASH_KEYS, keys, &bend));
    }
    flash->kernels->accumulate(memory->totals + first * v_stride, memory->decay + first, memory->gain + first,
                               memory->scores, queries, memory->values + skipped * v_stride, keys, v_stride);
}

static void attend_step(const flash *flash, step step) {
    lk_attention_span any = visible_to_any(flash, &step);
    if (any.begin >= any.end) return;
    step.begin = any.begin;
    step.end = any.end;
    widen_keys(flash, &step, flash->memory.keys, &flash->op->src[1]);
    widen_keys(flash, &step, flash->memory.values, &flash->op->src[2]);
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
    int64_t queries = (flash->end - flash->begin) * shape->group, stride = padded(shape->k_dim);
    for (int64_t i = 0; i < queries; i++) {
        const float *q = lk_float_row(&flash->op->src[0], flash->begin + i / shape->group) +
                         (flash->kv_head * shape->group + i % shape->group) * shape->k_dim;
        memcpy(memory->q + i * stride, q, (size_t)shape->k_dim * sizeof *q);
        memset(memory->q + i * stride + shape->k_dim, 0, (size_t)(stride - shape->k_dim) * sizeof *q);
        memory->largest[i] = -INFINITY;
        memory->weight[i] = 0;
    }
    memset(memory->totals, 0, (size_t)(queries * padded(shape->v_dim)) * sizeof(float));
}

/* A query that saw no key has a weight of 0. */
static void store_results(const flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    int64_t queries = (flash->end - flash->begin) * shape->group, stride = padded(shape->v_dim);
    for (int64_t i = 0; i < queries; i++) {
        const float *total = flash->memory.totals + i * stride;
        float weight = flash->memory.weight[i];
        float *dst = lk_float_row(&flash->op->dst, flash->begin + i / shape->group) +
                     (flash->kv_head * shape->group + i % shape->group) * shape->v_dim;
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

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels) {
    lk_attention_shape shape = lk_attention_shape_of(op);
    flash flash = {.op = op, .kernels = kernels, .shape = &shape};
    lay_out(&flash.memory, scratch, &shape);
    for (int64_t index = begin; index < end; index++) {
        lk_attention_unit unit = lk_attention_unit_of(op, index);
        flash.kv_head = unit.kv_head;
        for (int64_t i = 0; i < shape.group; i++) {
            flash.memory.slopes[i] = lk_attention_slope(&shape, unit.kv_head * shape.group + i);
        }
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
