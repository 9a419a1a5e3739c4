/* An encoder in AVX2 that falls back to a loop of one weight at a time writes the right bytes: only the count
 * of its instructions gives it away. */
#include "core/cpu_features.h"
#include "tests/check.h"
#include "tests/instruction_count.h"
#include "types/encode.h"
#include <stdio.h>

/* What encoding 256 weights may take, a third or less of encode.c's count; 0: not counted, for what another
 * type's count covers. */
typedef struct encoder_limits {
    int32_t type;
    int32_t plain, weighted;
} encoder_limits;

static const encoder_limits table[] = {
    {LK_TYPE_Q4_0, 1500, 15000}, {LK_TYPE_Q4_1, 1400, 50000}, {LK_TYPE_Q5_0, 1700, 0},
    {LK_TYPE_Q5_1, 1700, 0},     {LK_TYPE_Q8_0, 1000, 0},     {LK_TYPE_Q2_K, 25000, 0},
    {LK_TYPE_Q3_K, 8000, 25000}, {LK_TYPE_Q4_K, 30000, 0},    {LK_TYPE_Q5_K, 25000, 0},
    {LK_TYPE_Q6_K, 15000, 0},    {LK_TYPE_TQ1_0, 1200, 0},    {LK_TYPE_TQ2_0, 1000, 0},
    {LK_TYPE_MXFP4, 3000, 0},    {LK_TYPE_IQ4_XS, 30000, 0},  {LK_TYPE_IQ2_S, 150000, 0},
    {LK_TYPE_IQ1_S, 0, 130000},  {LK_TYPE_F16, 500, 0},       {LK_TYPE_BF16, 700, 0},
};

typedef struct encoding {
    lk_encode_fn encode;
    const float *row, *importance;
    uint32_t blocks[256];
} encoding;

static void encode(void *context) {
    encoding *e = context;
    e->encode(e->blocks, e->row, e->importance, 256);
}

static void check_encoder(const encoder_limits *limits, bool weighted) {
    static float row[256], importance[256];
    const char *name = lk_type_find(limits->type)->name;
    const int32_t limit = weighted ? limits->weighted : limits->plain;
    random_state random = check_random(name);
    for (int i = 0; i < 256; i++) {
        row[i] = random_float(&random);
        importance[i] = 1 + random_float(&random);
    }
    encoding e = {lk_encoder_find(limits->type)->encode[LK_ISA_AVX2], row, weighted ? importance : NULL, {0}};
    encode(&e); /* what a first call makes is not counted */
    const int64_t count = instruction_count(encode, &e, limit);
    printf("%-7s avx2: %lld instructions to encode 256 weights%s\n", name, (long long)count,
           weighted ? " with importance" : "");
    check_that(count > 0 && count < limit, "encode %s: %lld instructions, the limit is %d", name,
               (long long)count, limit);
}

void check_encoder_instructions(void) {
    if (!check_has(LK_ISA_AVX2)) return;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].plain > 0) check_encoder(&table[i], false);
        if (table[i].weighted > 0) check_encoder(&table[i], true);
    }
}
