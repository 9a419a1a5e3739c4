#include "ops/attention/shape.h"

int64_t lk_attention_scratch(const lk_op_state *op) {
    return lk_attention_shape_of(op).v_dim * (int64_t)sizeof(double);
}
