#include "types/bf16/block.h"
#include "types/vector_neon.h"
#include "types/dense_rows.h"

LK_INLINE float32x4_t load(const uint8_t *w) {
    return vreinterpretq_f32_u32(vshll_n_u16(vreinterpret_u16_u8(vld1_u8(w)), 16));
}

void lk_bf16_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_bf16));
}
