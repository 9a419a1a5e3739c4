/* A cache type that ATTENTION unpacks an element at a time gives the right numbers: only the count of its
 * instructions gives it away. */
#include "core/cpu_features.h"
#include "ops/ops.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/instruction_count.h"
#include "tests/weights.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEYS = 64, WIDTH = 64, PER_ELEMENTS = 32 };

/* One query of one head over the keys of one block. */
typedef struct query {
    lk_op_state state;
    const lk_op_impl *impl;
    void *scratch;
    _Atomic int32_t fault;
    float q[WIDTH], dst[WIDTH];
    int32_t row[2], entry[4], count;
} query;

static void attend(void *context) {
    query *query = context;
    query->impl->run[query->state.isa](&query->state, 0, 1, query->scratch);
}

static lk_view view_of(int32_t type, void *data, int64_t d0, int64_t d1) {
    const int64_t row = lk_row_bytes(type, d0);
    return (lk_view){
        .data = data, .type = type, .dims = {d0, d1, 1, 1}, .strides = {0, row, row * d1, row * d1}};
}

static query query_of(lk_isa isa, int32_t type, void *keys, void *values) {
    const float scale = 0.125f;
    query query = {.impl = lk_op_find(LK_OPCODE_ATTENTION), .row = {KEYS - 1, 0}, .entry = {0, 0, 0, KEYS}};
    query.count = 1;
    query.state = (lk_op_state){.rows = 1, .isa = isa};
    query.state.src[1] = view_of(type, keys, WIDTH, KEYS);
    query.state.src[2] = view_of(type, values, WIDTH, KEYS);
    query.state.params[0] = query.state.params[1] = query.state.params[2] = 1;
    memcpy(&query.state.params[4], &scale, sizeof(scale));
    return query;
}

/* Of 32 elements of a key and a value, all else that a query does included. */
static int64_t count(lk_isa isa, int32_t type) {
    random_state random = check_random("attention instructions");
    guarded keys = guarded_create((size_t)(KEYS * lk_row_bytes(type, WIDTH)), 0);
    guarded values = guarded_create((size_t)(KEYS * lk_row_bytes(type, WIDTH)), 0);
    weights_fill(keys.data, lk_type_find(type), KEYS * WIDTH, &random);
    weights_fill(values.data, lk_type_find(type), KEYS * WIDTH, &random);
    query query = query_of(isa, type, keys.data, values.data);
    for (int i = 0; i < WIDTH; ++i) query.q[i] = random_float(&random);
    query.state.fault = &query.fault;
    query.state.dst = view_of(LK_TYPE_F32, query.dst, WIDTH, 1);
    query.state.src[0] = view_of(LK_TYPE_F32, query.q, WIDTH, 1);
    query.state.src[3] = view_of(LK_TYPE_I32, query.row, 2, 1);
    query.state.src[4] = view_of(LK_TYPE_I32, query.entry, 4, 1);
    query.state.src[5] = view_of(LK_TYPE_I32, &query.count, 1, 1);
    query.scratch = aligned_alloc(64, (size_t)(query.impl->scratch(&query.state) + 63) / 64 * 64);
    const int64_t all = instruction_count(attend, &query, 1 << 20);
    free(query.scratch);
    guarded_free(&keys);
    guarded_free(&values);
    return all * PER_ELEMENTS / (KEYS * WIDTH);
}

/* A loop of one element at a time has three instructions each (load, multiply, store), 192 for the 64 of a
 * key and a value, beside the sums. The limits are those of 32-byte vectors. */
void check_attention_instructions(void) {
    static const struct {
        int32_t type, most;
    } limits[] = {
        {LK_TYPE_F16, 125},  {LK_TYPE_BF16, 160}, {LK_TYPE_Q8_0, 145}, {LK_TYPE_Q5_1, 175},
        {LK_TYPE_Q5_0, 165}, {LK_TYPE_Q4_1, 145}, {LK_TYPE_Q4_0, 135}, {LK_TYPE_IQ4_NL, 155},
    };
    const lk_isa isa = lk_isa_highest(check.isas);
    if (isa < LK_ISA_AVX2) return;
    for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); ++i) {
        const char *name = lk_type_find(limits[i].type)->name;
        const int64_t counted = count(isa, limits[i].type);
        printf("%-7s %s: %lld instructions per 32 elements of a key and a value\n", name, lk_isa_name(isa),
               (long long)counted);
        check_that(counted > 0 && counted <= limits[i].most,
                   "attention over %s on %s: %lld instructions, not %d", name, lk_isa_name(isa),
                   (long long)counted, limits[i].most);
    }
}
