#include "types/f32/block.h"
#include "types/vector_neon.h"
#include "types/dense_rows.h"

LK_INLINE float32x4_t load(const uint8_t *w) {
    return vreinterpretq_f32_u8(vld1q_u8(w));
}

void lk_f32_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_f32));
}
