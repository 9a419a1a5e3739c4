/* Where KV_STORE writes, shared by its ISAs; how a head's elements become F16 is theirs, the other types have
 * encoders. */
#ifndef LK_KV_STORE_H
#define LK_KV_STORE_H

#include "ops/ops.h"
#include "types/encode.h"
#include <string.h>

/* n floats to f16, rounded to nearest even. */
typedef void (*lk_narrow_fn)(uint16_t *dst, const float *src, int64_t n);

/* Of an ISA that may be used: REFERENCE and PLAIN always have one. */
static inline lk_encode_fn lk_kv_store_encoder(const lk_op_state *op) {
    const lk_type_encoder *encoder = lk_encoder_find(op->dst.type);
    int isa = op->isa;
    while (isa > 0 && encoder->encode[isa] == NULL) isa--;
    return encoder->encode[isa];
}

static inline void lk_kv_store_row(const lk_op_state *op, int64_t row, lk_narrow_fn narrow) {
    const lk_view *cache = &op->dst;
    int64_t head_dim = cache->dims[0], block_tokens = cache->dims[1], heads = cache->dims[2];
    int64_t slot = lk_index(&op->src[1], row);
    if (slot == -1) return;
    if (slot < 0 || slot >= block_tokens * cache->dims[3]) {
        lk_fault(op);
        return;
    }
    const lk_encode_fn encode = lk_kv_store_encoder(op);
    const float *x = lk_float_row(&op->src[0], row);
    uint8_t *token =
        cache->data + slot / block_tokens * cache->strides[3] + slot % block_tokens * cache->strides[1];
    for (int64_t head = 0; head < heads; head++, x += head_dim) {
        uint8_t *dst = token + head * cache->strides[2];
        if (cache->type == LK_TYPE_F16)
            narrow((uint16_t *)(void *)dst, x, head_dim);
        else
            encode(dst, x, NULL, head_dim);
    }
}

#endif
