#include "tests/recurrent_cases.h"
#include <math.h>
#include <string.h>

int recurrent_state(const lk_op *op) {
    return lk_op_find(op->opcode)->updates;
}

int32_t *recurrent_entry(const listing *list, int64_t index) {
    const lk_tensor *runs = &list->tensors[list->ops[0].src[recurrent_state(&list->ops[0]) + 1]];
    return (int32_t *)(void *)(list->image + runs->offset + index * runs->strides[1]);
}

void recurrent_fill_runs(listing *list, int64_t live, random_state *random) {
    int32_t slots[RECURRENT_SLOTS];
    for (int32_t i = 0; i < RECURRENT_SLOTS; ++i) {
        const int32_t j = random_below(random, i + 1);
        slots[i] = slots[j];
        slots[j] = i;
    }
    int32_t covered = 0;
    for (int32_t s = 0; s < RECURRENT_SEQUENCES; ++s) {
        const int32_t rest = (int32_t)live - covered, kind = random_below(random, 4);
        const bool last = s == RECURRENT_SEQUENCES - 1;
        const int32_t rows = rest <= 1 || last ? rest : 1 + random_below(random, rest);
        const int32_t read = kind == 0 ? -1 : kind == 1 ? slots[0] : slots[2 * s];
        const int32_t entry[4] = {covered, rows, read, slots[2 * s + 1]};
        const int32_t unused[4] = {-7, 1 << 30, -9, 1 << 30};
        memcpy(recurrent_entry(list, s), rest > 0 ? entry : unused, sizeof(entry));
        covered += rows;
    }
}

/* Evenly in [least, most). */
static int32_t scaled(listing *list, int64_t n, int64_t rows, int64_t pad, float least, float most,
                      random_state *random) {
    const int32_t tensor = listing_random(list, LK_TYPE_F32, n, rows, pad, random);
    for (int64_t r = 0; r < rows; ++r)
        for (int64_t i = 0; i < n; ++i) {
            float *value = &listing_floats(list, tensor, r)[i];
            *value = least + (most - least) * (*value + 1) / 2;
        }
    return tensor;
}

/* dst, then the state and the runs, which are every op's. */
static lk_op *add_op(listing *list, int32_t opcode, int64_t n, int64_t rows, int64_t width, int64_t pad,
                     random_state *random) {
    lk_op *op = listing_op(list, opcode, "x", listing_tensor(list, LK_TYPE_F32, n, rows, 1, 1, pad));
    const int state = recurrent_state(op);
    op->src[state] = listing_random(list, LK_TYPE_F32, width, RECURRENT_SLOTS, pad, random);
    op->src[state + 1] = listing_tensor(list, LK_TYPE_I32, 4, RECURRENT_SEQUENCES, 1, 1, pad);
    recurrent_fill_runs(list, rows, random);
    return op;
}

/* shape: n */
static void build_token_shift(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                              random_state *random) {
    lk_op *op = add_op(list, LK_OPCODE_TOKEN_SHIFT, shape[0], rows, shape[0], pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, shape[0], rows, pad, random);
}

/* shape: n, taps */
static void build_short_conv(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                             random_state *random) {
    const int64_t n = shape[0], taps = shape[1];
    lk_op *op = add_op(list, LK_OPCODE_SHORT_CONV, n, rows, (taps - 1) * n, pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, n, rows, pad, random);
    op->src[1] = listing_random(list, LK_TYPE_F32, taps, n, pad, random);
    if (random_below(random, 2)) op->src[4] = listing_random(list, LK_TYPE_F32, n, 1, 0, random);
}

/* shape: H, P, N, G; one decay a head where N is odd or P is more than 8. Steps from tiny to long ones. */
static void build_ssm_scan(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                           random_state *random) {
    const int64_t heads = shape[0], head_dim = shape[1], states = shape[2], groups = shape[3];
    const int64_t channels = heads * head_dim, decays = states % 2 || head_dim > 8 ? 1 : states;
    lk_op *op = add_op(list, LK_OPCODE_SSM_SCAN, channels, rows, states * channels, pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, channels, rows, pad, random);
    op->src[1] = scaled(list, heads, rows, pad, -6, 3, random);
    op->src[2] = scaled(list, decays, heads, pad, -4, 0, random);
    op->src[3] = listing_random(list, LK_TYPE_F32, groups * states, rows, pad, random);
    op->src[4] = listing_random(list, LK_TYPE_F32, groups * states, rows, pad, random);
    op->src[5] = listing_random(list, LK_TYPE_F32, heads, 1, 0, random);
    for (int i = 0; i < RECURRENT_SHAPE; ++i) op->params[i] = (int32_t)shape[i];
}

/* shape: Hk, Hv, Dk, Dv. Keys no longer than 1, as the rule needs them to be stable. */
static void build_gated_delta(listing *list, const int64_t *shape, int64_t rows, int64_t pad,
                              random_state *random) {
    const int64_t q_heads = shape[0], heads = shape[1], keys = shape[2], values = shape[3];
    const float longest = 1 / sqrtf((float)keys);
    lk_op *op = add_op(list, LK_OPCODE_GATED_DELTA, heads * values, rows, keys * heads * values, pad, random);
    op->src[0] = scaled(list, q_heads * keys, rows, pad, -longest, longest, random);
    op->src[1] = scaled(list, q_heads * keys, rows, pad, -longest, longest, random);
    op->src[2] = listing_random(list, LK_TYPE_F32, heads * values, rows, pad, random);
    op->src[3] = scaled(list, heads, rows, pad, -2, 0, random);
    op->src[4] = scaled(list, heads, rows, pad, 0, 1, random);
    op->params[0] = (int32_t)q_heads;
    op->params[1] = (int32_t)heads;
    op->params[2] = 0x3eb504f3; /* 1 / sqrt(8) */
}

/* shape: H, N */
static void build_wkv7(listing *list, const int64_t *shape, int64_t rows, int64_t pad, random_state *random) {
    const int64_t heads = shape[0], channels = heads * shape[1];
    const float longest = 1 / sqrtf((float)shape[1]);
    lk_op *op = add_op(list, LK_OPCODE_WKV7, channels, rows, channels * shape[1], pad, random);
    op->src[0] = listing_random(list, LK_TYPE_F32, channels, rows, pad, random);
    op->src[1] = scaled(list, channels, rows, pad, 0, 1, random);
    op->src[2] = listing_random(list, LK_TYPE_F32, channels, rows, pad, random);
    op->src[3] = listing_random(list, LK_TYPE_F32, channels, rows, pad, random);
    op->src[4] = scaled(list, channels, rows, pad, -longest, longest, random);
    op->src[5] = scaled(list, channels, rows, pad, -longest, longest, random);
    op->params[0] = (int32_t)heads;
}

/* shape: H, N */
static void build_wkv6(listing *list, const int64_t *shape, int64_t rows, int64_t pad, random_state *random) {
    const int64_t heads = shape[0], channels = heads * shape[1];
    lk_op *op = add_op(list, LK_OPCODE_WKV6, channels, rows, channels * shape[1], pad, random);
    for (int i = 0; i < 3; ++i) op->src[i] = listing_random(list, LK_TYPE_F32, channels, rows, pad, random);
    op->src[3] = scaled(list, channels, rows, pad, 0, 1, random);
    op->src[4] = listing_random(list, LK_TYPE_F32, channels, 1, 0, random);
    op->params[0] = (int32_t)heads;
}

const recurrent_op recurrent_ops[] = {
    {"TOKEN_SHIFT",
     LK_OPCODE_TOKEN_SHIFT,
     1,
     0,
     {{1}, {7}, {255}, {256}, {257}, {600}},
     build_token_shift,
     recurrent_step_token_shift},
    {"SHORT_CONV",
     LK_OPCODE_SHORT_CONV,
     1,
     1e-7,
     {{1, 4}, {7, 2}, {63, 3}, {64, 4}, {65, 4}, {200, 9}},
     build_short_conv,
     recurrent_step_short_conv},
    {"SSM_SCAN",
     LK_OPCODE_SSM_SCAN,
     0x1b,
     2e-7,
     {{40, 1, 1, 1},
      {1, 1, 16, 1},
      {40, 1, 16, 1},
      {6, 3, 8, 2},
      {4, 9, 17, 4},
      {2, 64, 128, 1},
      {2, 33, 15, 2},
      {3, 2, 66, 1}},
     build_ssm_scan,
     recurrent_step_ssm_scan},
    {"GATED_DELTA",
     LK_OPCODE_GATED_DELTA,
     0x1f,
     2e-7,
     {{1, 1, 1, 40},
      {1, 1, 64, 1},
      {1, 2, 8, 16},
      {2, 4, 9, 7},
      {2, 2, 64, 33},
      {1, 3, 31, 40},
      {1, 2, 128, 128}},
     build_gated_delta,
     recurrent_step_gated_delta},
    {"WKV7",
     LK_OPCODE_WKV7,
     0x3f,
     2e-7,
     {{70, 1}, {3, 8}, {2, 9}, {1, 15}, {2, 33}, {2, 64}},
     build_wkv7,
     recurrent_step_wkv7},
    {"WKV6",
     LK_OPCODE_WKV6,
     0xf,
     2e-7,
     {{70, 1}, {3, 8}, {2, 9}, {1, 15}, {2, 33}, {2, 64}},
     build_wkv6,
     recurrent_step_wkv6},
};
const int recurrent_op_count = sizeof(recurrent_ops) / sizeof(*recurrent_ops);
