/* The bytes that encode.c writes, on every platform and by every compiler: a hash of each type's, taken where
 * they were those of ggml's quantizers. */
#include "tests/check.h"
#include "types/encode.h"
#include <string.h>

enum { WIDTH = 2048 };

typedef struct encoder_hash {
    int32_t type;
    uint64_t plain, weighted; /* 0: the type is not written so */
} encoder_hash;

static const encoder_hash table[] = {
    {LK_TYPE_Q4_0, 0x9812818b90916f92, 0x0c503e585d67bffa},
    {LK_TYPE_Q4_1, 0xf62a7dbac7b0836e, 0x98b9815e8123f177},
    {LK_TYPE_Q5_0, 0xc376b67f57223d52, 0xc60c43ac9d68f8ac},
    {LK_TYPE_Q5_1, 0x1f206af7f56d7bc7, 0x31a8ea2bedcd3cb7},
    {LK_TYPE_Q8_0, 0x4ea7eb9a85e99ac4, 0x4ea7eb9a85e99ac4},
    {LK_TYPE_Q2_K, 0x517a365f15ff32ba, 0x40fb97ca8c7be856},
    {LK_TYPE_Q3_K, 0xd32db3ac113cd591, 0xc03fd007ba048377},
    {LK_TYPE_Q4_K, 0xe0ef2e45153af399, 0x849bcc550fdef4f3},
    {LK_TYPE_Q5_K, 0xa47f113841597e1b, 0x24fd1e0f3f8943c7},
    {LK_TYPE_Q6_K, 0x42fa52fa3d2d2974, 0xac6ef66bfec7bc1d},
    {LK_TYPE_TQ1_0, 0x1904c49584eb378d, 0x1904c49584eb378d},
    {LK_TYPE_TQ2_0, 0x5b10d3196bb717d2, 0x5b10d3196bb717d2},
    {LK_TYPE_MXFP4, 0x00c768b9ef2c746c, 0x00c768b9ef2c746c},
    {LK_TYPE_IQ4_NL, 0x3923d90340696e1c, 0xe35b49c285057f13},
    {LK_TYPE_IQ4_XS, 0x380b9f69302359fc, 0x0afd1e69f1e26c28},
    {LK_TYPE_IQ3_S, 0x2d6cbda718207dd0, 0x2cc6a6c407ea9d10},
    {LK_TYPE_IQ3_XXS, 0xacc6f33447be831b, 0xfb0a887ba397e0fd},
    {LK_TYPE_IQ2_S, 0x558d0d899269fa73, 0x02e43059ba0859ee},
    {LK_TYPE_IQ2_XS, 0, 0x3d28cce66dbbc06c},
    {LK_TYPE_IQ2_XXS, 0, 0xa70a838a1fab3f8e},
    {LK_TYPE_IQ1_M, 0x826a59a5d7aac72e, 0x404c65b0b24ec66c},
    {LK_TYPE_IQ1_S, 0, 0x918b0e0df0596d77},
};

/* Four kinds of 256 weights in turn: even ones, uneven ones, steps that tie, few with an outlier. */
static float weight(int i, random_state *random) {
    const float a = random_float(random), b = random_float(random), x = a + b;
    switch (i / 256 % 4) {
    case 0:
        return x;
    case 1:
        return x * x * x * 0.01f;
    case 2:
        return (float)(random_below(random, 17) - 8) * 0.125f;
    default:
        return i % 256 == 200 ? -7.5f : random_below(random, 3) == 0 ? a : 0;
    }
}

static uint64_t hash_of(const uint8_t *bytes, int64_t count) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int64_t i = 0; i < count; i++) hash = (hash ^ bytes[i]) * 0x100000001b3u;
    return hash;
}

static void check_row(int32_t type, const float *row, const float *importance, uint64_t expected) {
    static uint32_t blocks[WIDTH];
    memset(blocks, 0, sizeof blocks);
    check_that(lk_quantize(type, row, importance, blocks, 1, WIDTH) == LK_STATUS_OK, "quantize: %s",
               lk_last_error());
    const uint64_t hash = hash_of((const uint8_t *)blocks, lk_row_bytes(type, WIDTH));
    check_that(hash == expected, "encode %s%s: bytes of hash %#llx", lk_type_find(type)->name,
               importance != NULL ? " with importance" : "", (unsigned long long)hash);
}

void check_encoder_bytes(void) {
    static float row[WIDTH], importance[WIDTH];
    random_state random = {1};
    for (int i = 0; i < WIDTH; i++) row[i] = weight(i, &random);
    for (int i = 0; i < WIDTH; i++) {
        const float x = random_float(&random);
        importance[i] = i % 7 == 0 ? 0 : x * x;
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].plain != 0) check_row(table[i].type, row, NULL, table[i].plain);
        if (table[i].weighted != 0) check_row(table[i].type, row, importance, table[i].weighted);
    }
}
