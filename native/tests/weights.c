#include "tests/weights.h"
#include "types/float16.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_BLOCK = 256 };

/* NaN fails both comparisons. */
static bool is_moderate(const lk_type_kernels *type, const uint8_t *block) {
    float values[LONGEST_BLOCK];
    type->dequantize(values, block, type->block_length);
    float largest = 0;
    for (int i = 0; i < type->block_length; ++i) {
        if (!(fabsf(values[i]) <= 16.0f)) return false;
        largest = fmaxf(largest, fabsf(values[i]));
    }
    return largest >= 1.0f / 1024;
}

static void random_block(uint8_t *block, const lk_type_kernels *type, random_state *random) {
    do {
        for (int i = 0; i < type->block_bytes; ++i) block[i] = (uint8_t)random_bits(random);
    } while (!is_moderate(type, block));
}

/* Sets all bits, or none, of each byte that can take it: those are the quants, while the scales keep their
 * values. */
static void push_to_limits(uint8_t *block, const lk_type_kernels *type, random_state *random) {
    const uint8_t limit = random_below(random, 2) ? 0xff : 0x00;
    for (int i = 0; i < type->block_bytes; ++i) {
        const uint8_t before = block[i];
        block[i] = limit;
        if (!is_moderate(type, block)) block[i] = before;
    }
}

void weights_fill(void *row, const lk_type_kernels *type, int64_t n, random_state *random) {
    uint8_t *block = row;
    for (int64_t i = 0; i < n; i += type->block_length, block += type->block_bytes) {
        const int32_t kind = random_below(random, 8);
        if (type->block_length == 1 && type->block_bytes == 4) {
            const float value = random_float(random);
            memcpy(block, &value, sizeof(value));
        } else if (kind == 0) {
            memset(block, 0, (size_t)type->block_bytes);
        } else {
            random_block(block, type, random);
            if (kind <= 2) push_to_limits(block, type, random);
        }
    }
}

static void fill_group(lk_block_a8 *block, int group, int64_t n, random_state *random) {
    const bool limits = random_below(random, 4) == 0;
    const int8_t sign = random_below(random, 2) ? 127 : -127;
    block->d[group] = n > 0 ? (random_float(random) + 1.5f) / 64 : 0;
    for (int64_t i = 0; i < n; ++i) {
        const int8_t q = limits ? sign : (int8_t)(random_below(random, 255) - 127);
        block->q[32 * group + i] = q;
        block->sum[2 * group + i / 16] = (int16_t)(block->sum[2 * group + i / 16] + q);
    }
}

void activations_fill(void *column, int32_t type, int64_t k, random_state *random) {
    if (type == LK_TYPE_F32) {
        float *values = column;
        for (int64_t i = 0; i < k; ++i) values[i] = random_float(random);
        return;
    }
    if (type == LK_TYPE_BF16) {
        uint16_t *values = column;
        for (int64_t i = 0; i < k; ++i) values[i] = lk_bf16_from_float(random_float(random));
        return;
    }
    if (type == LK_TYPE_A8X2) {
        const lk_block_a8 *first = column;
        lk_block_a8 *rest = (void *)((uint8_t *)column + lk_row_bytes(LK_TYPE_A8, k));
        activations_fill(column, LK_TYPE_A8, k, random);
        activations_fill(rest, LK_TYPE_A8, k, random);
        for (int64_t i = 0; i < k; i += 32)
            rest[i / 256].d[i % 256 / 32] = first[i / 256].d[i % 256 / 32] / 128;
        return;
    }
    lk_block_a8 *blocks = column;
    memset(blocks, 0, (size_t)lk_row_bytes(LK_TYPE_A8, k));
    for (int64_t i = 0; i < k; i += 32)
        fill_group(&blocks[i / 256], (int)(i % 256 / 32), k - i < 32 ? k - i : 32, random);
}

static double a8_at(const lk_block_a8 *row, int64_t i) {
    return (double)row[i / 256].d[i % 256 / 32] * row[i / 256].q[i % 256];
}

static double activation_at(int32_t activation, const void *column, int64_t i, int64_t k) {
    if (activation == LK_TYPE_F32) return ((const float *)column)[i];
    if (activation == LK_TYPE_BF16) return lk_float_from_bf16(((const uint16_t *)column)[i]);
    const lk_block_a8 *row = column;
    return a8_at(row, i) + (activation == LK_TYPE_A8X2 ? a8_at(row + (k + 255) / 256, i) : 0);
}

dot_result weights_dot(const lk_type_kernels *type, int32_t activation, const void *row, const void *column,
                       int64_t k) {
    dot_result result = {0, 0};
    const uint8_t *block = row;
    for (int64_t i = 0; i < k; i += type->block_length, block += type->block_bytes) {
        float values[LONGEST_BLOCK];
        type->dequantize(values, block, type->block_length);
        for (int64_t j = 0; j < type->block_length; ++j) {
            const double product = (double)values[j] * activation_at(activation, column, i + j, k);
            result.sum += product;
            result.magnitude += fabs(product);
        }
    }
    return result;
}
