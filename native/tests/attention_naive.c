#include "tests/attention_naive.h"
#include "core/cpu_features.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_KEYS = 4096, MOST_BLOCK = 32, MOST_K_DIM = 1024 };

double attention_number(const attention *in, int source, int64_t i, int64_t j, int64_t k, int64_t l) {
    const lk_tensor *t = attention_tensor(in, source);
    const lk_type_kernels *type = lk_type_find(t->type);
    const uint8_t *at = in->list.image + t->offset + i / type->block_length * t->strides[0] +
                        j * t->strides[1] + k * t->strides[2] + l * t->strides[3];
    float values[MOST_BLOCK];
    type->dequantize(values, at, type->block_length);
    return values[i % type->block_length];
}

static int32_t integer(const attention *in, int source, int64_t i, int64_t j, int64_t k) {
    const lk_tensor *t = attention_tensor(in, source);
    return *(const int32_t *)(const void *)(in->list.image + t->offset + i * t->strides[0] +
                                            j * t->strides[1] + k * t->strides[2]);
}

static double real_param(const attention *in, int index) {
    float value;
    memcpy(&value, &in->op->params[index], sizeof(value));
    return value;
}

/* The least distance of each bucket past the exact ones, as T5 has them in Hugging Face's transformers. */
static const struct {
    int32_t side, max_distance, count, starts[16];
} bucket_tables[] = {
    {16, 128, 8, {8, 12, 16, 23, 32, 46, 64, 91}},
    {32, 128, 16, {16, 19, 21, 24, 27, 31, 35, 40, 46, 52, 59, 67, 77, 87, 99, 113}},
    {8, 64, 4, {4, 8, 16, 32}},
    {5, 20, 3, {2, 5, 10}},
};

int64_t attention_bucket(int64_t side, int64_t max_distance, bool both, int64_t distance) {
    const int64_t after = both && distance > 0 ? side : 0;
    const int64_t apart = distance <= 0 ? -distance : both ? distance : 0;
    for (size_t i = 0; i < sizeof(bucket_tables) / sizeof(*bucket_tables); ++i) {
        if (bucket_tables[i].side != side || bucket_tables[i].max_distance != max_distance) continue;
        int32_t past = 0;
        while (past < bucket_tables[i].count && apart >= bucket_tables[i].starts[past]) ++past;
        return after + (past == 0 ? apart : side - bucket_tables[i].count + past - 1);
    }
    abort();
}

static int64_t bucket_of(const attention *in, int64_t distance) {
    const bool both = in->op->params[9] != 0;
    const int64_t side = attention_tensor(in, 7)->dims[1] / (both ? 2 : 1);
    return attention_bucket(side, in->op->params[8], both, distance);
}

static int64_t floor_divide(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static bool sees(const attention *in, int64_t position, int64_t key) {
    const int32_t causal = in->op->params[2], window = in->op->params[3];
    if (causal && key > position) return false;
    if (window == 0) return true;
    switch (in->op->params[7]) {
    case LK_WINDOW_KIND_SLIDING:
        return position - key < window;
    case LK_WINDOW_KIND_CHUNKED:
        return floor_divide(key, window) == floor_divide(position, window);
    default:
        return llabs(position - key) <= window / 2;
    }
}

/* Press et al. 2022, for any number of heads as their code has it. */
static double slope_of(int32_t heads, int32_t head, double max_bias) {
    int32_t power = 1;
    while (2 * power <= heads) power *= 2;
    const double base = pow(2, -max_bias / power), between = pow(2, -max_bias / 2 / power);
    return head < power ? pow(base, head + 1) : pow(between, 2 * (head - power) + 1);
}

/* 32 elements as A8 has them. */
static void round_group(double *q) {
    float most = 0;
    for (int32_t i = 0; i < 32; ++i) most = fmaxf(most, fabsf((float)q[i]));
    const float step = most / 127;
    for (int32_t i = 0; i < 32 && step > 0; ++i) q[i] = (double)step * nearbyintf((float)q[i] / step);
}

/* A query times the scale: rounded where keys lie in blocks. */
static void find_query(const attention *in, int64_t row, int32_t head, double *q) {
    const int64_t k_dim = attention_tensor(in, 1)->dims[0];
    const bool rounds = lk_type_find(attention_tensor(in, 1)->type)->block_length > 1;
    for (int64_t i = 0; i < k_dim; ++i) {
        q[i] = attention_number(in, 0, head * k_dim + i, row, 0, 0) * real_param(in, 4);
        if (rounds) q[i] = (float)q[i];
    }
    for (int64_t i = 0; i < k_dim && rounds; i += 32) round_group(q + i);
}

static double score_of(const attention *in, const double *q, int32_t head, const int64_t *key,
                       int64_t distance) {
    const lk_op *op = in->op;
    const int64_t k_dim = attention_tensor(in, 1)->dims[0];
    double score = 0;
    for (int64_t i = 0; i < k_dim; ++i)
        score += q[i] * attention_number(in, 1, i, key[0], head / (op->params[0] / op->params[1]), key[1]);
    const double cap = real_param(in, 5), max_bias = real_param(in, 6);
    if (cap > 0) score = cap * tanh(score / cap);
    if (max_bias > 0) score -= slope_of(op->params[0], head, max_bias) * (double)llabs(distance);
    if (op->src[7] >= 0) score += attention_number(in, 7, head, bucket_of(in, distance), 0, 0);
    return score;
}

/* The keys that a row sees: {index in its block, block}, and their distances. */
static int32_t find_keys(const attention *in, int64_t row, int64_t (*keys)[2], int64_t *distances) {
    const int64_t position = integer(in, 3, 0, row, 0), sequence = integer(in, 3, 1, row, 0);
    int32_t count = 0;
    for (int32_t e = 0; e < integer(in, 5, sequence, 0, 0); ++e) {
        for (int32_t j = integer(in, 4, 2, e, sequence); j < integer(in, 4, 3, e, sequence); ++j) {
            const int64_t key = integer(in, 4, 1, e, sequence) + (int64_t)j;
            if (!sees(in, position, key)) continue;
            keys[count][0] = j;
            keys[count][1] = integer(in, 4, 0, e, sequence);
            distances[count++] = key - position;
        }
    }
    return count;
}

static void compare_head(const attention *in, const uint8_t *image, int64_t row, int32_t head,
                         attention_error *error) {
    const lk_op *op = in->op;
    const lk_tensor *dst = attention_tensor(in, -1);
    int64_t keys[MOST_KEYS][2], distances[MOST_KEYS];
    double weights[MOST_KEYS], total = op->src[6] >= 0 ? exp(attention_number(in, 6, head, 0, 0, 0)) : 0;
    const int32_t count = find_keys(in, row, keys, distances);
    double q[MOST_K_DIM];
    find_query(in, row, head, q);
    for (int32_t j = 0; j < count; ++j) {
        weights[j] = exp(score_of(in, q, head, keys[j], distances[j]));
        total += weights[j];
    }
    const int64_t v_dim = attention_tensor(in, 2)->dims[0];
    for (int64_t i = 0; i < v_dim; ++i) {
        double sum = 0;
        for (int32_t j = 0; j < count; ++j)
            sum += weights[j] / total *
                   attention_number(in, 2, i, keys[j][0], head / (op->params[0] / op->params[1]), keys[j][1]);
        const float got =
            ((const float *)(const void *)(image + dst->offset + row * dst->strides[1]))[head * v_dim + i];
        error->apart += (got - sum) * (got - sum);
        error->norm += sum * sum;
    }
}

double attention_tolerance(const attention *in, lk_isa isa) {
    const int32_t values = attention_tensor(in, 2)->type;
    const bool pairs = values == LK_TYPE_Q8_0 || values == LK_TYPE_Q4_0;
    return pairs && isa == LK_ISA_AVX512 && lk_cpu_has_bf16_products() ? 0x1p-16 : 1e-12;
}

attention_error attention_compare(const attention *in, const uint8_t *image, int64_t rows) {
    attention_error error = {0, 0};
    for (int64_t row = 0; row < rows; ++row)
        for (int32_t head = 0; head < in->op->params[0]; ++head) compare_head(in, image, row, head, &error);
    return error;
}
