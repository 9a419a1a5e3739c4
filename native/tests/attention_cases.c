#include "tests/attention_cases.h"
#include <math.h>
#include <string.h>

enum { BLOCK_TOKENS = 8, BLOCKS = 12, MOST_ENTRIES = 5, SEQUENCES = 3 };

static int32_t float_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

/* f32 in [-1, 1) or any moderate f16, in all slots: a key outside an entry's valid range must not be seen. */
static int32_t random_cache(listing *list, int32_t type, int64_t head_dim, int64_t kv_heads,
                            random_state *random) {
    const int32_t cache = listing_tensor(list, type, head_dim, BLOCK_TOKENS, kv_heads, BLOCKS, 0);
    const int64_t count = head_dim * BLOCK_TOKENS * kv_heads * BLOCKS;
    for (int64_t i = 0; i < count; ++i) {
        const float value = random_float(random);
        if (type == LK_TYPE_F32)
            ((float *)listing_data(list, cache))[i] = value;
        else
            /* sign, exponent 2^-4 .. 2^0, ten bits of fraction */
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

/* Entries of rising positions; the first block of all sequences is the same one, the last of each is partly
 * filled, and one in the middle may have lost its beginning. Returns each sequence's length. */
static void fill_table(int32_t (*table)[MOST_ENTRIES][4], int32_t *counts, int32_t *lengths,
                       random_state *random) {
    int32_t blocks[BLOCKS];
    for (int32_t i = 0; i < BLOCKS; ++i) blocks[i] = i;
    shuffle(blocks, BLOCKS, random);
    int32_t next = 1;
    for (int32_t s = 0; s < SEQUENCES; ++s) {
        counts[s] = 1 + random_below(random, 4);
        for (int32_t e = 0; e < MOST_ENTRIES; ++e) {
            const bool last = e == counts[s] - 1, used = e < counts[s];
            const int32_t end = last ? 1 + random_below(random, BLOCK_TOKENS) : BLOCK_TOKENS;
            const int32_t begin =
                e > 0 && !last && random_below(random, 3) == 0 ? random_below(random, 4) : 0;
            const int32_t block = e == 0 ? blocks[0] : blocks[next];
            next += used && e > 0;
            const int32_t entry[4] = {used ? block : 0, e * BLOCK_TOKENS, begin, used ? end : 0};
            memcpy(table[s][e], entry, sizeof(entry));
            if (last) lengths[s] = e * BLOCK_TOKENS + end;
        }
    }
}

static int32_t random_rows(listing *list, int64_t rows, const int32_t *lengths, random_state *random) {
    const int32_t tensor = listing_tensor(list, LK_TYPE_I32, 2, rows, 1, 1, 0);
    int32_t *values = listing_data(list, tensor);
    for (int64_t r = 0; r < rows; ++r) {
        const int32_t sequence = random_below(random, SEQUENCES);
        values[2 * r] = random_below(random, lengths[sequence]);
        values[2 * r + 1] = sequence;
    }
    return tensor;
}

static void random_params(int32_t *params, int32_t heads, int32_t kv_heads, int64_t head_dim,
                          random_state *random) {
    params[0] = heads;
    params[1] = kv_heads;
    params[2] = random_below(random, 4) > 0;
    params[3] = random_below(random, 3) == 0 ? 1 + random_below(random, 20) : 0;
    params[4] = float_bits(1 / sqrtf((float)head_dim));
    params[5] = float_bits(random_below(random, 3) == 0 ? 5.0f : 0.0f);
    params[6] = float_bits(random_below(random, 3) == 0 ? 8.0f : 0.0f);
}

void attention_case_build(listing *list, random_state *random, int64_t head_dim, int64_t rows, int64_t pad) {
    const int32_t kv_heads = 1 + random_below(random, 3), group = 1 + random_below(random, 3);
    const int32_t type = random_below(random, 2) ? LK_TYPE_F16 : LK_TYPE_F32;
    const int64_t v_dim = random_below(random, 3) == 0 ? head_dim + 3 : head_dim;
    int32_t table[SEQUENCES][MOST_ENTRIES][4], counts[SEQUENCES], lengths[SEQUENCES];
    fill_table(table, counts, lengths, random);

    const int32_t q = listing_random(list, LK_TYPE_F32, head_dim * kv_heads * group, rows, pad, random);
    const int32_t k = random_cache(list, type, head_dim, kv_heads, random);
    const int32_t v = random_cache(list, type, v_dim, kv_heads, random);
    const int32_t entries = listing_tensor(list, LK_TYPE_I32, 4, MOST_ENTRIES, SEQUENCES, 1, 0);
    memcpy(listing_data(list, entries), table, sizeof(table));
    const int32_t dst = listing_tensor(list, LK_TYPE_F32, v_dim * kv_heads * group, rows, 1, 1, pad);
    const int32_t positions = random_rows(list, rows, lengths, random);
    const int32_t used = listing_indices(list, SEQUENCES, counts);

    lk_op *op = listing_op(list, LK_OPCODE_ATTENTION, "attention", dst);
    const int32_t sources[] = {q, k, v, positions, entries, used};
    memcpy(op->src, sources, sizeof(sources));
    random_params(op->params, kv_heads * group, kv_heads, head_dim, random);
}
