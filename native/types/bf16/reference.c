#include "types/bf16/block.h"
#include "types/functions.h"
#include "types/float16.h"

void lk_bf16_dequantize(float *dst, const void *src, int64_t n) {
    const lk_block_bf16 *elements = src;
    for (int64_t i = 0; i < n; i++) dst[i] = lk_float_from_bf16(elements[i].bits);
}
