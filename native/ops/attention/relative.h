/* ATTENTION's relative bias: T5's buckets of distances (Raffel et al. 2020), a number per head and bucket. */
#ifndef LK_ATTENTION_RELATIVE_H
#define LK_ATTENTION_RELATIVE_H

#include "ops/ops.h"

enum { LK_ATTENTION_BUCKETS = 4096 }; /* most of a relative bias */

/* How distances fall into buckets: each below exact has its own, the others of a direction widen up to
 * max_distance by its logarithm. */
typedef struct lk_attention_relative {
    int64_t buckets; /* 0: no relative bias */
    int64_t side;    /* buckets of one direction */
    int64_t exact, max_distance;
    bool both; /* keys after the query have the second half of the buckets; else the query's own */
} lk_attention_relative;

lk_attention_relative lk_attention_relative_of(const lk_op_state *op);

/* The bucket of a distance, key position - query position. Its arithmetic is that of Hugging Face's T5 in
 * float32, which decides where a bucket ends. */
int64_t lk_attention_bucket(const lk_attention_relative *relative, int64_t distance);

float lk_attention_relative_bias(const lk_op_state *op, int64_t head, int64_t bucket);

/* starts[b] is the least distance in bucket b, or a later one, of a direction. */
void lk_attention_bucket_starts(const lk_attention_relative *relative, int32_t *starts);

/* The buckets of distances distance, distance + 1, ...: what lk_attention_bucket gives, without its
 * logarithms. */
void lk_attention_buckets(const lk_attention_relative *relative, const int32_t *starts, int64_t distance,
                          int64_t keys, int32_t *buckets);

#endif
