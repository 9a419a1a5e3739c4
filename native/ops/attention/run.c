#include "ops/attention/panels.h"
#include <math.h>
#include <string.h>

/* Keys [begin, end) of a table entry that one call of the kernels takes; begin lies between the same
 * multiples of LK_FLASH_KEYS, and lane 0 at the lower one. */
typedef struct step {
    lk_attention_entry entry;
    lk_attention_span span; /* from lane 0 on */
    int64_t first;          /* lane 0 in the block */
    int64_t kv_head;
} step;

static lk_flash_weights weights_at(lk_flash_weights weights, int64_t query) {
    return (lk_flash_weights){weights.largest + query, weights.sum + query};
}

/* What of the step each row sees. */
static void find_seen(const lk_flash *flash, const step *step) {
    for (int64_t row = flash->begin; row < flash->end; row++) {
        lk_attention_span span =
            lk_attention_visible(flash->shape, &step->entry, lk_attention_position(flash->op, row));
        span.begin = span.begin < step->first ? 0 : span.begin - step->first;
        span.end = span.end > step->first + LK_FLASH_KEYS ? LK_FLASH_KEYS : span.end - step->first;
        if (span.begin >= span.end) span = (lk_attention_span){0, 0};
        flash->memory.seen[row - flash->begin] = span;
    }
}

static const uint8_t *key_of(const lk_view *cache, const step *step, int64_t key) {
    return lk_attention_block(cache, step->entry.block, step->kv_head) +
           (step->first + key) * cache->strides[1];
}

/* Keys or values of a step. */
static lk_flash_ahead bytes_of(const lk_view *cache, const step *step) {
    const int64_t left = step->entry.valid.end - step->first;
    return (lk_flash_ahead){key_of(cache, step, 0),
                            key_of(cache, step, left < LK_FLASH_KEYS ? left : LK_FLASH_KEYS)};
}

static lk_flash_next bytes_of_both(const lk_flash *flash, const step *step) {
    lk_flash_next next = {.keys = bytes_of(&flash->op->src[1], step)};
    if (!flash->shape->v_in_k) next.values = bytes_of(&flash->op->src[2], step);
    return next;
}

/* Asks for the bytes of n more keys. The empty statement keeps compilers from dropping the loop. */
static void ask_for(lk_flash_ahead *ahead, int64_t n, const lk_view *cache) {
    const uint8_t *at = ahead->at, *end = at + n * cache->strides[1];
    if (end > ahead->end) end = ahead->end;
    for (; at < end; at += 64) {
        __builtin_prefetch(at);
        __asm__ volatile("");
    }
    ahead->at = at;
}

void lk_flash_ask(const lk_flash *flash, lk_flash_next step) {
    ask_for(&step.keys, LK_FLASH_KEYS, &flash->op->src[1]);
    ask_for(&step.values, LK_FLASH_KEYS, &flash->op->src[2]);
}

/* Keys of a strip, from key 0 of the step on. */
static void load_strip(const lk_flash *flash, const step *step, int64_t strip, lk_attention_span keys) {
    const lk_view *cache = &flash->op->src[1];
    const lk_flash_rows rows = {flash->memory.rows, flash->q_stride};
    const uint8_t *src = key_of(cache, step, strip);
    if (flash->panels.products != NULL)
        lk_flash_load_panel(flash, strip / LK_PANEL_ROWS, src, (int32_t)keys.end);
    else
        flash->kernels->turn(flash->memory.columns + strip, rows, cache, src, keys);
}

/* The keys of the step that lie in a strip of so many. */
static lk_attention_span keys_of(const step *step, int64_t strip, int64_t lanes) {
    const int64_t left = step->span.end - strip;
    return (lk_attention_span){strip < step->span.begin ? step->span.begin - strip : 0,
                               left < lanes ? left : lanes};
}

static void load_keys(const lk_flash *flash, const step *step, lk_flash_ahead *ahead) {
    const int64_t lanes = flash->panels.products != NULL ? LK_PANEL_ROWS : flash->kernels->lanes;
    for (int64_t strip = step->span.begin / lanes * lanes; strip < step->span.end; strip += lanes) {
        if (ahead) ask_for(ahead, lanes, &flash->op->src[1]);
        load_strip(flash, step, strip, keys_of(step, strip, lanes));
    }
}

static void load_values(const lk_flash *flash, const step *step, lk_flash_ahead *ahead) {
    const lk_view *cache = &flash->op->src[2];
    const int64_t lanes = LK_FLASH_LANES;
    for (int64_t strip = step->span.begin / lanes * lanes; strip < step->span.end; strip += lanes) {
        if (ahead) ask_for(ahead, lanes, cache);
        flash->values->load(&flash->memory.values, strip, cache, key_of(cache, step, strip),
                            keys_of(step, strip, lanes));
    }
}

/* The relative bias, for a head of the unit, of LK_FLASH_KEYS keys that lie distance, distance + 1, ... after
 * a query; NULL without one. The next rows' distances are smaller. */
static const float *find_bias(const lk_flash *flash, int64_t head, int64_t distance) {
    const lk_attention_relative *relative = &flash->shape->relative;
    const lk_flash_memory *memory = &flash->memory;
    if (relative->buckets == 0) return NULL;
    float *bias = memory->bias + head * LK_FLASH_BIASES;
    int64_t *nearest = &memory->nearest[head];
    if (distance < *nearest || distance > *nearest + LK_ATTENTION_TILE) {
        *nearest = distance - LK_ATTENTION_TILE;
        lk_attention_buckets(relative, memory->starts, *nearest, LK_FLASH_BIASES, memory->buckets);
        const float *of_bucket = memory->relative + head * relative->buckets;
        for (int64_t j = 0; j < LK_FLASH_BIASES; j++) bias[j] = of_bucket[memory->buckets[j]];
    }
    return bias + (distance - *nearest);
}

static void score_query(const lk_flash *flash, int64_t row, int64_t head, int64_t distance,
                        lk_attention_span span, int64_t scored) {
    const lk_flash_memory *memory = &flash->memory;
    const lk_flash_bend bend = {flash->shape->softcap, memory->slopes[head], (float)distance,
                                find_bias(flash, head, distance)};
    memory->of_step.largest[scored] =
        flash->kernels->score(memory->scores + scored * LK_FLASH_KEYS, span, memory->seen[row], &bend);
}

/* Queries [first, first + n): their scores are the first n in memory. */
static void score_queries(const lk_flash *flash, const step *step, int64_t first, int64_t n,
                          lk_attention_span span) {
    const int64_t heads = flash->unit.heads, lane_0 = step->entry.first_position + step->first;
    for (int64_t scored = 0, row = first / heads, head = first % heads; scored < n; row++, head = 0) {
        const int64_t distance = lane_0 - lk_attention_position(flash->op, flash->begin + row);
        for (; head < heads && scored < n; head++, scored++)
            score_query(flash, row, head, distance, span, scored);
    }
}

/* What any of rows [begin, end) sees of the step. */
static lk_attention_span seen_by_any(const lk_flash_memory *memory, int64_t begin, int64_t end) {
    lk_attention_span any = {LK_FLASH_KEYS, 0};
    for (int64_t row = begin; row < end; row++) {
        const lk_attention_span seen = memory->seen[row];
        if (seen.begin == seen.end) continue;
        if (seen.begin < any.begin) any.begin = seen.begin;
        if (seen.end > any.end) any.end = seen.end;
    }
    return any;
}

/* Whether F16 keys, or values, are multiplied as they lie. Keys are read in whole vectors, so these must not
 * end beyond a block. */
static bool reads_keys(const lk_flash *flash) {
    const lk_view *cache = &flash->op->src[1];
    return flash->queries <= LK_FLASH_FEW && flash->kernels->few && cache->type == LK_TYPE_F16 &&
           cache->dims[0] % 8 == 0 && cache->dims[1] % LK_FLASH_LANES == 0;
}

static bool reads_values(const lk_flash *flash) {
    const lk_view *cache = &flash->op->src[2];
    return flash->queries <= LK_FLASH_FEW && flash->kernels->few && cache->type == LK_TYPE_F16 &&
           cache->dims[0] % LK_FLASH_LANES == 0;
}

static void find_dots(const lk_flash *flash, const step *step, int64_t first, int64_t n,
                      lk_attention_span span, lk_flash_ahead *ahead) {
    const lk_flash_memory *memory = &flash->memory;
    const lk_view *cache = &flash->op->src[1];
    const float *q = memory->q + first * flash->q_stride;
    if (flash->panels.products != NULL)
        lk_flash_dot_panels(flash, first, n, span, ahead);
    else if (reads_keys(flash))
        flash->kernels->few->dots(memory->scores, q, flash->q_stride, n, cache, key_of(cache, step, 0), span,
                                  ahead);
    else
        flash->kernels->dots(memory->scores, q, flash->q_stride, n, memory->columns, span,
                             flash->shape->k_dim, ahead);
}

static void add_values(const lk_flash *flash, const step *step, int64_t first, int64_t n,
                       lk_attention_span span, lk_flash_ahead *ahead) {
    const lk_flash_memory *memory = &flash->memory;
    const lk_view *cache = &flash->op->src[2];
    float *part = memory->part + first * flash->v_stride;
    if (reads_values(flash))
        flash->kernels->few->accumulate(part, memory->decay, memory->gain, memory->scores, n, cache,
                                        key_of(cache, step, 0), span, ahead);
    else
        flash->values->accumulate(part, memory->decay, memory->gain, memory->scores, n, &memory->values, span,
                                  ahead);
}

/* Queries [first, first + n), whose scores have room, over the keys that any of them sees: the others have a
 * weight of 0 there. */
static void attend_queries(const lk_flash *flash, const step *step, int64_t first, int64_t n,
                           lk_flash_next *next) {
    const lk_flash_memory *memory = &flash->memory;
    const int64_t heads = flash->unit.heads;
    const lk_attention_span span = seen_by_any(memory, first / heads, (first + n - 1) / heads + 1);
    if (span.begin >= span.end) return;
    find_dots(flash, step, first, n, span, &next->keys);
    score_queries(flash, step, first, n, span);
    flash->kernels->weigh(memory->scores, n, span, memory->of_step);
    flash->kernels->merge(weights_at(memory->of_part, first), memory->of_step, memory->decay, memory->gain,
                          n);
    add_values(flash, step, first, n, span, &next->values);
}

/* The next step's bytes are asked for where most of the time goes: into unpacking for few queries. */
static void attend_step(const lk_flash *flash, step *step, lk_flash_next next) {
    const bool few = flash->queries <= LK_FLASH_FEW;
    find_seen(flash, step);
    step->span = seen_by_any(&flash->memory, 0, flash->end - flash->begin);
    if (step->span.begin >= step->span.end) return;
    if (!reads_keys(flash)) load_keys(flash, step, few ? &next.keys : NULL);
    if (!reads_values(flash)) load_values(flash, step, few ? &next.values : NULL);
    for (int64_t first = 0; first < flash->queries; first += LK_FLASH_QUERIES) {
        const int64_t left = flash->queries - first;
        attend_queries(flash, step, first, left < LK_FLASH_QUERIES ? left : LK_FLASH_QUERIES, &next);
    }
    lk_flash_ask(flash, next);
}

/* The step after one of an entry, or the first of the next entry that holds keys; false where the run ends.
 */
static bool find_step(const lk_flash *flash, int64_t *index, int64_t end, step *step) {
    int64_t first = step->first + LK_FLASH_KEYS;
    while (first >= step->entry.valid.end) {
        if (++*index >= end) return false;
        step->entry = lk_attention_entry_of(flash->op, flash->shape, flash->sequence, *index);
        first = step->entry.valid.begin / LK_FLASH_KEYS * LK_FLASH_KEYS;
    }
    step->first = first;
    return true;
}

void lk_flash_attend_run(const lk_flash *flash, int64_t begin, int64_t end, lk_flash_next beyond) {
    const lk_flash_memory *memory = &flash->memory;
    for (int64_t i = 0; i < flash->queries; i++) lk_flash_set_weight(memory->of_part, i, -INFINITY, 0);
    memset(memory->part, 0, (size_t)(flash->queries * flash->v_stride) * sizeof *memory->part);
    step now, next = {.kv_head = flash->unit.kv_head};
    int64_t index = begin - 1;
    bool found = find_step(flash, &index, end, &next);
    while (found) {
        now = next;
        found = find_step(flash, &index, end, &next);
        attend_step(flash, &now, found ? bytes_of_both(flash, &next) : beyond);
    }
}

bool lk_flash_foresee(const lk_flash *flash, const lk_attention_unit *unit, int64_t row, int64_t run,
                      int64_t begin, lk_flash_next *next) {
    const lk_op_state *op = flash->op;
    const int64_t sequence = lk_attention_sequence(op, row), position = lk_attention_position(op, row);
    const int64_t count = lk_attention_count(op, flash->shape, sequence);
    for (int64_t end; begin < count; run++, begin = end) {
        end = lk_attention_run_end(op, flash->shape, sequence, count, run, begin);
        for (int64_t i = run % unit->splits == unit->split ? begin : end; i < end; i++) {
            step step = {.entry = lk_attention_entry_of(op, flash->shape, sequence, i),
                         .kv_head = unit->kv_head};
            const lk_attention_span seen = lk_attention_visible(flash->shape, &step.entry, position);
            if (seen.begin >= seen.end) continue;
            step.first = seen.begin / LK_FLASH_KEYS * LK_FLASH_KEYS;
            *next = bytes_of_both(flash, &step);
            return true;
        }
    }
    return false;
}
