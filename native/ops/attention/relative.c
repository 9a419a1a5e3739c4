#include "ops/attention/relative.h"
#include "types/float16.h"
#include <math.h>

lk_attention_relative lk_attention_relative_of(const lk_op_state *op) {
    if (!lk_present(&op->src[7])) return (lk_attention_relative){0};
    bool both = op->params[9] != 0;
    int64_t buckets = op->src[7].dims[1], side = both ? buckets / 2 : buckets;
    return (lk_attention_relative){buckets, side, side / 2, op->params[8], both};
}

/* The bucket within its direction of a distance that is not negative. The logarithm is rounded once, so that
 * it depends on no C library; the quotient and the product are rounded to float32 each. */
static int64_t bucket_within(const lk_attention_relative *relative, int64_t distance) {
    if (distance < relative->exact) return distance;
    const float ratio = (float)distance / (float)relative->exact;
    const float whole = (float)log((double)relative->max_distance / (double)relative->exact);
    const float steps = (float)log((double)ratio) / whole * (float)(relative->side - relative->exact);
    const int64_t last = relative->side - 1;
    return steps < (float)(last - relative->exact) ? relative->exact + (int64_t)steps : last;
}

int64_t lk_attention_bucket(const lk_attention_relative *relative, int64_t distance) {
    if (distance <= 0) return bucket_within(relative, -distance);
    return relative->both ? relative->side + bucket_within(relative, distance) : 0;
}

float lk_attention_relative_bias(const lk_op_state *op, int64_t head, int64_t bucket) {
    const lk_view *relative = &op->src[7];
    const void *row = lk_row(relative, bucket);
    return relative->type == LK_TYPE_F16 ? lk_float_from_f16(((const uint16_t *)row)[head])
                                         : ((const float *)row)[head];
}

void lk_attention_bucket_starts(const lk_attention_relative *relative, int32_t *starts) {
    for (int64_t bucket = 0; bucket < relative->side; bucket++) {
        int64_t low = 0, high = bucket < relative->exact ? bucket : relative->max_distance;
        if (bucket < relative->exact) low = bucket;
        while (low < high) {
            int64_t middle = (low + high) / 2;
            if (bucket_within(relative, middle) < bucket)
                low = middle + 1;
            else
                high = middle;
        }
        starts[bucket] = (int32_t)low;
    }
}

void lk_attention_buckets(const lk_attention_relative *relative, const int32_t *starts, int64_t distance,
                          int64_t keys, int32_t *buckets) {
    int64_t bucket = 0;
    for (int64_t j = 0; j < keys; j++, distance++) {
        int64_t apart = distance <= 0 ? -distance : relative->both ? distance : 0;
        while (apart < starts[bucket]) bucket--;
        while (bucket + 1 < relative->side && apart >= starts[bucket + 1]) bucket++;
        buckets[j] = (int32_t)(bucket + (relative->both && distance > 0 ? relative->side : 0));
    }
}
