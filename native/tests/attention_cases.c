#include "tests/attention_cases.h"
#include "tests/weights.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_TOKENS = 8, BLOCKS = 12, MOST_ENTRIES = 5, SEQUENCES = 3 };

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* Types of whole blocks, where the heads hold them. */
static int32_t random_type(int64_t k_dim, int64_t v_dim, random_state *random) {
    static const int32_t types[] = {LK_TYPE_F32,  LK_TYPE_F16,  LK_TYPE_BF16, LK_TYPE_Q8_0,  LK_TYPE_Q5_1,
                                    LK_TYPE_Q5_0, LK_TYPE_Q4_1, LK_TYPE_Q4_0, LK_TYPE_IQ4_NL};
    return types[random_below(random, k_dim % 32 == 0 && v_dim % 32 == 0 ? 9 : 3)];
}

/* Numbers in all slots: a key outside an entry's valid range must not be seen. */
static int32_t random_cache(listing *list, int32_t type, int64_t head_dim, int64_t kv_heads,
                            random_state *random) {
    const int32_t cache = listing_tensor(list, type, head_dim, BLOCK_TOKENS, kv_heads, BLOCKS, 0);
    const int64_t count = head_dim * BLOCK_TOKENS * kv_heads * BLOCKS;
    if (type != LK_TYPE_F32 && type != LK_TYPE_F16)
        weights_fill(listing_data(list, cache), lk_type_find(type), count, random);
    for (int64_t i = 0; i < count; ++i) {
        const float value = random_float(random);
        if (type == LK_TYPE_F32) ((float *)listing_data(list, cache))[i] = value;
        if (type == LK_TYPE_F16) /* sign, exponent 2^-4 .. 2^0, ten bits of fraction */
            ((uint16_t *)listing_data(list, cache))[i] =
                (uint16_t)((value < 0) << 15 | (11 + random_below(random, 4)) << 10 |
                           random_below(random, 1024));
    }
    return cache;
}

static void shuffle(int32_t *values, int32_t count, random_state *random) {
    for (int32_t i = count - 1; i > 0; --i) {
        const int32_t j = random_below(random, i + 1), kept = values[i];
        values[i] = values[j];
        values[j] = kept;
    }
}

/* The positions [first, first + length) of a sequence. */
typedef struct span {
    int32_t first, length;
} span;

/* Entries of rising positions, side by side or far apart; the first block of all sequences is the same one,
 * the last of each is partly filled, and one in the middle may have lost its beginning. */
static void fill_table(int32_t (*table)[MOST_ENTRIES][4], int32_t *counts, span *spans,
                       random_state *random) {
    static const int32_t firsts[] = {0, 0, 100, -13};
    const int32_t step = random_below(random, 3) == 0 ? 5 * BLOCK_TOKENS : BLOCK_TOKENS;
    int32_t blocks[BLOCKS];
    for (int32_t i = 0; i < BLOCKS; ++i) blocks[i] = i;
    shuffle(blocks, BLOCKS, random);
    int32_t next = 1;
    for (int32_t s = 0; s < SEQUENCES; ++s) {
        const int32_t first = firsts[random_below(random, 4)];
        counts[s] = 1 + random_below(random, 4);
        for (int32_t e = 0; e < MOST_ENTRIES; ++e) {
            const bool last = e == counts[s] - 1, used = e < counts[s];
            const int32_t end = last ? 1 + random_below(random, BLOCK_TOKENS) : BLOCK_TOKENS;
            const int32_t begin =
                e > 0 && !last && random_below(random, 3) == 0 ? random_below(random, 4) : 0;
            const int32_t block = e == 0 ? blocks[0] : blocks[next];
            next += used && e > 0;
            const int32_t entry[4] = {used ? block : 0, first + e * step, begin, used ? end : 0};
            memcpy(table[s][e], entry, sizeof(entry));
            if (last) spans[s] = (span){first, e * step + end};
        }
    }
}

/* Some lie after all keys of their sequence. */
static int32_t random_rows(listing *list, int64_t rows, const span *spans, random_state *random) {
    const int32_t tensor = listing_tensor(list, LK_TYPE_I32, 2, rows, 1, 1, 0);
    int32_t *values = listing_data(list, tensor);
    for (int64_t r = 0; r < rows; ++r) {
        const int32_t sequence = random_below(random, SEQUENCES);
        values[2 * r] = spans[sequence].first + random_below(random, spans[sequence].length + 4);
        values[2 * r + 1] = sequence;
    }
    return tensor;
}

static void random_params(int32_t *params, int32_t heads, int32_t kv_heads, int64_t head_dim,
                          random_state *random) {
    params[0] = heads;
    params[1] = kv_heads;
    params[2] = random_below(random, 2);
    params[3] = random_below(random, 2) ? 1 + random_below(random, 20) : 0;
    params[7] = params[3] > 0 ? random_below(random, 3) : LK_WINDOW_KIND_SLIDING;
    if (params[7] == LK_WINDOW_KIND_SYMMETRIC) params[2] = 0;
    params[4] = float_bits(1 / sqrtf((float)head_dim));
    params[5] = float_bits(random_below(random, 3) == 0 ? 5.0f : 0.0f);
    params[6] = float_bits(random_below(random, 3) == 0 ? 8.0f : 0.0f);
}

static int32_t view_of_first(listing *list, int32_t cache, int64_t n) {
    if (list->tensor_count == LISTING_TENSORS) abort();
    lk_tensor *view = &list->tensors[list->tensor_count];
    *view = list->tensors[cache];
    view->dims[0] = n;
    return list->tensor_count++;
}

/* Sinks from far below the scores to far above them, and a relative bias. */
static void add_biases(listing *list, lk_op *op, random_state *random) {
    static const int32_t shapes[][3] = {{32, 128, 1}, {32, 128, 0}, {16, 64, 1}, {5, 20, 0}};
    const int32_t heads = op->params[0];
    if (random_below(random, 3) == 0) {
        op->src[6] = listing_random(list, LK_TYPE_F32, heads, 1, 0, random);
        for (int32_t h = 0; h < heads; ++h) listing_floats(list, op->src[6], 0)[h] *= 8;
    }
    if (random_below(random, 3) > 0) return;
    const int32_t *shape = shapes[random_below(random, 4)];
    const int32_t type = random_below(random, 2) ? LK_TYPE_F16 : LK_TYPE_F32;
    op->src[7] = listing_random(list, type, heads, shape[0], type == LK_TYPE_F16 ? 2 : 4, random);
    op->params[8] = shape[1];
    op->params[9] = shape[2];
}

void attention_case_build(listing *list, random_state *random, int64_t head_dim, int64_t rows, int64_t pad) {
    const int32_t kv_heads = 1 + random_below(random, 3);
    const int32_t group = 1 + random_below(random, random_below(random, 4) == 0 ? 20 : 3);
    const bool v_in_k = random_below(random, 3) == 0, blocks = head_dim % 32 == 0;
    int64_t other_dim = v_in_k ? 1 + random_below(random, (int32_t)head_dim) : head_dim + 3;
    if (blocks && random_below(random, 3) > 0) other_dim = v_in_k ? 32 : head_dim + 32;
    const int64_t v_dim = random_below(random, 2) ? other_dim : head_dim;
    const int32_t k_type = random_type(head_dim, v_in_k ? v_dim : 32, random);
    const int32_t v_type = random_type(32, v_dim, random);
    if (random_below(random, 3) == 0) pad += 8 * head_dim;
    int32_t table[SEQUENCES][MOST_ENTRIES][4], counts[SEQUENCES];
    span spans[SEQUENCES];
    fill_table(table, counts, spans, random);

    const int32_t q = listing_random(list, LK_TYPE_F32, head_dim * kv_heads * group, rows, pad, random);
    const int32_t k = random_cache(list, k_type, head_dim, kv_heads, random);
    const int32_t v =
        v_in_k ? view_of_first(list, k, v_dim) : random_cache(list, v_type, v_dim, kv_heads, random);
    const int32_t entries = listing_tensor(list, LK_TYPE_I32, 4, MOST_ENTRIES, SEQUENCES, 1, 0);
    memcpy(listing_data(list, entries), table, sizeof(table));
    const int32_t dst = listing_tensor(list, LK_TYPE_F32, v_dim * kv_heads * group, rows, 1, 1, pad);
    const int32_t positions = random_rows(list, rows, spans, random);
    const int32_t used = listing_indices(list, SEQUENCES, counts);

    lk_op *op = listing_op(list, LK_OPCODE_ATTENTION, "attention", dst);
    const int32_t sources[] = {q, k, v, positions, entries, used};
    memcpy(op->src, sources, sizeof(sources));
    random_params(op->params, kv_heads * group, kv_heads, head_dim, random);
    add_biases(list, op, random);
}
