#include "ops/attention/pairs.h"
#include "ops/attention/panels.h"
#include "ops/attention/scratch.h"
#include <math.h>
#include <string.h>

static int64_t padded(int64_t n) {
    return (n + LK_FLASH_LANES - 1) / LK_FLASH_LANES * LK_FLASH_LANES;
}

/* Lays the parts out from base and returns their bytes. */
static int64_t lay_out(lk_flash_memory *memory, uint8_t *base, const lk_attention_shape *shape,
                       const lk_view *keys) {
    const int64_t queries = lk_attention_most_queries(shape), k = padded(shape->k_dim),
                  v = padded(shape->v_dim);
    int64_t bytes = 0;
    memory->q = lk_take_scratch(base, &bytes, queries * k);
    if (lk_attention_rounds(keys)) {
        memory->rounded = lk_take_scratch(base, &bytes, queries * lk_row_bytes(LK_TYPE_A8, shape->k_dim) / 4);
        memory->panels =
            lk_take_scratch(base, &bytes, LK_FLASH_KEYS / LK_PANEL_ROWS * (int64_t)sizeof(lk_panel) / 4);
    }
    memory->columns = lk_take_scratch(base, &bytes, LK_FLASH_KEYS * k);
    memory->rows = lk_take_scratch(base, &bytes, LK_FLASH_LANES * k);
    memory->values.stride = v;
    memory->values.at = lk_take_scratch(base, &bytes, LK_FLASH_KEYS * v);
    memory->values.scales = lk_take_scratch(base, &bytes, LK_FLASH_KEYS * v / 32);
    memory->scores = lk_take_scratch(base, &bytes, LK_FLASH_QUERIES * LK_FLASH_KEYS);
    memory->part = lk_take_scratch(base, &bytes, queries * v);
    memory->totals = lk_take_scratch(base, &bytes, queries * v);
    lk_flash_weights *const weights[] = {&memory->of_step, &memory->of_part, &memory->of_total};
    for (int i = 0; i < 3; i++) {
        weights[i]->largest = lk_take_scratch(base, &bytes, queries);
        weights[i]->sum = lk_take_scratch(base, &bytes, queries);
    }
    memory->decay = lk_take_scratch(base, &bytes, queries);
    memory->gain = lk_take_scratch(base, &bytes, queries);
    memory->slopes = lk_take_scratch(base, &bytes, shape->group);
    memory->relative = lk_take_scratch(base, &bytes, shape->group * shape->relative.buckets);
    memory->bias = lk_take_scratch(base, &bytes, shape->group * LK_FLASH_BIASES);
    memory->nearest = lk_take_scratch(base, &bytes, shape->group * 2);
    memory->starts = lk_take_scratch(base, &bytes, shape->relative.side);
    memory->buckets = lk_take_scratch(base, &bytes, LK_FLASH_BIASES);
    memory->seen = lk_take_scratch(base, &bytes, LK_ATTENTION_TILE * 4);
    return bytes;
}

int64_t lk_attention_scratch(const lk_op_state *op) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    lk_flash_memory memory;
    const int64_t flash_bytes = lay_out(&memory, NULL, &shape, &op->src[1]);
    const int64_t reference_bytes = lk_attention_reference_scratch(&shape);
    return flash_bytes > reference_bytes ? flash_bytes : reference_bytes;
}

static void load_queries(const lk_flash *flash) {
    const lk_attention_shape *shape = flash->shape;
    for (int64_t i = 0; i < flash->queries; i++) {
        const int64_t row = flash->begin + i / flash->unit.heads,
                      head = flash->unit.head + i % flash->unit.heads;
        const float *q = lk_float_row(&flash->op->src[0], row) + head * shape->k_dim;
        float *dst = flash->memory.q + i * flash->q_stride;
        for (int64_t d = 0; d < shape->k_dim; d++) dst[d] = q[d] * shape->scale;
    }
    if (lk_attention_rounds(&flash->op->src[1])) lk_flash_round_queries(flash);
}

/* A sink is a key seen already, without a value. */
static void clear_totals(const lk_flash *flash) {
    const lk_flash_memory *memory = &flash->memory;
    for (int64_t i = 0; i < flash->queries; i++) {
        const float sink = lk_attention_sink(flash->op, flash->unit.head + i % flash->unit.heads);
        lk_flash_set_weight(memory->of_total, i, sink, sink == -INFINITY ? 0 : 1);
    }
    memset(memory->totals, 0, (size_t)(flash->queries * flash->v_stride) * sizeof *memory->totals);
}

static void add_part(const lk_flash *flash) {
    const lk_flash_memory *memory = &flash->memory;
    flash->kernels->merge(memory->of_total, memory->of_part, memory->decay, memory->gain, flash->queries);
    for (int64_t i = 0; i < flash->queries; i++)
        flash->kernels->combine(memory->totals + i * flash->v_stride, memory->part + i * flash->v_stride,
                                memory->decay[i], memory->gain[i], flash->v_stride);
}

/* A query that saw no key has a weight of 0. */
static void store_results(const lk_flash *flash) {
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
static float *kept_part(const lk_flash *flash, int64_t query, int64_t run) {
    const lk_attention_shape *shape = flash->shape;
    const int64_t row = flash->begin + query / flash->unit.heads,
                  head = flash->unit.head + query % flash->unit.heads;
    float *parts = (float *)(void *)((uint8_t *)flash->op->shared + LK_SHARED_ZEROED);
    return parts + ((row * shape->heads + head) * shape->runs + run) * shape->part_floats;
}

static void keep_part(const lk_flash *flash, int64_t run) {
    const lk_flash_memory *memory = &flash->memory;
    const size_t bytes = (size_t)flash->v_stride * sizeof(float);
    for (int64_t i = 0; i < flash->queries; i++) {
        float *kept = kept_part(flash, i, run);
        kept[0] = memory->of_part.largest[i];
        kept[1] = memory->of_part.sum[i];
        memcpy(kept + LK_FLASH_LANES, memory->part + i * flash->v_stride, bytes);
    }
}

static void take_part(const lk_flash *flash, int64_t run) {
    const lk_flash_memory *memory = &flash->memory;
    const size_t bytes = (size_t)flash->v_stride * sizeof(float);
    for (int64_t i = 0; i < flash->queries; i++) {
        const float *kept = kept_part(flash, i, run);
        lk_flash_set_weight(memory->of_part, i, kept[0], kept[1]);
        memcpy(memory->part + i * flash->v_stride, kept + LK_FLASH_LANES, bytes);
    }
}

/* The first step of units from index on; none (NULL) at the end. */
static lk_flash_next first_of_units(const lk_flash *flash, int64_t index) {
    lk_flash_next next = {{NULL, NULL}, {NULL, NULL}};
    for (bool found = false; index < flash->units && !found; index++) {
        const lk_attention_unit unit = lk_attention_unit_of(flash->shape, flash->cut, flash->op->rows, index);
        found = lk_flash_foresee(flash, &unit, unit.begin, 0, 0, &next);
    }
    return next;
}

/* What this thread will attend to after run - 1 of the unit and sequence, which ends at entry `begin`. The
 * units after those that it has now will mostly be its too. */
static lk_flash_next foresee(const lk_flash *flash, int64_t run, int64_t begin) {
    const lk_attention_unit *unit = &flash->unit;
    lk_flash_next next;
    if (lk_flash_foresee(flash, unit, flash->begin, run, begin, &next)) return next;
    if (flash->end < unit->end && lk_flash_foresee(flash, unit, flash->end, 0, 0, &next)) return next;
    return first_of_units(flash, flash->index + 1);
}

/* The unit's runs of one sequence: summed up where it has all of them, else kept. */
static void attend_sequence(const lk_flash *flash) {
    if (flash->unit.splits == 1) clear_totals(flash);
    load_queries(flash);
    for (int64_t run = 0, begin = 0, end; begin < flash->count; run++, begin = end) {
        end = lk_attention_run_end(flash->op, flash->shape, flash->sequence, flash->count, run, begin);
        if (run % flash->unit.splits != flash->unit.split) continue;
        lk_flash_attend_run(flash, begin, end, foresee(flash, run + 1, end));
        if (flash->unit.splits == 1)
            add_part(flash);
        else
            keep_part(flash, run);
    }
    if (flash->unit.splits == 1) store_results(flash);
}

static void combine_sequence(const lk_flash *flash) {
    clear_totals(flash);
    for (int64_t run = 0, begin = 0; begin < flash->count; run++) {
        begin = lk_attention_run_end(flash->op, flash->shape, flash->sequence, flash->count, run, begin);
        take_part(flash, run);
        add_part(flash);
    }
    store_results(flash);
}

static void load_heads(lk_flash *flash) {
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
static void visit_sequences(lk_flash *flash, void (*visit)(const lk_flash *flash)) {
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
static bool is_last(const lk_flash *flash) {
    _Atomic uint32_t *done = flash->op->shared;
    const uint32_t before = atomic_fetch_add_explicit(&done[flash->unit.whole], 1, memory_order_acq_rel);
    return before + 1 == (uint32_t)flash->unit.splits;
}

void lk_flash_run(const lk_op_state *op, int64_t begin, int64_t end, void *scratch,
                  const lk_flash_kernels *kernels) {
    const lk_attention_shape shape = lk_attention_shape_of(op);
    const lk_attention_cut cut = lk_attention_cut_of(&shape, op->rows);
    const lk_flash_value_kernels *pairs = lk_flash_pairs_of(&op->src[2], kernels->isa);
    lk_flash flash = {.op = op,
                      .kernels = kernels,
                      .shape = &shape,
                      .panels = lk_flash_panels_of(&op->src[1], kernels->isa),
                      .values = pairs ? pairs : &kernels->values,
                      .q_stride = padded(shape.k_dim),
                      .v_stride = padded(shape.v_dim),
                      .cut = &cut,
                      .units = lk_attention_units(op)};
    lay_out(&flash.memory, scratch, &shape, &op->src[1]);
    lk_attention_bucket_starts(&shape.relative, flash.memory.starts);
    /* Nothing came before the first step. Keys that are unpacked first cost instructions enough. */
    if (op->src[1].type == LK_TYPE_F16) lk_flash_ask(&flash, first_of_units(&flash, begin));
    for (flash.index = begin; flash.index < end; flash.index++) {
        flash.unit = lk_attention_unit_of(&shape, &cut, op->rows, flash.index);
        load_heads(&flash);
        visit_sequences(&flash, attend_sequence);
        if (flash.unit.splits > 1 && is_last(&flash)) visit_sequences(&flash, combine_sequence);
    }
}
