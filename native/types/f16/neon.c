#include "types/f16/block.h"
#include "types/vector_neon.h"
#include "types/dense_rows.h"

LK_INLINE float32x4_t load(const uint8_t *w) {
    return vcvt_f32_f16(vreinterpret_f16_u8(vld1_u8(w)));
}

void lk_f16_matmul_neon(LK_MATMUL_PARAMETERS) {
    lk_matmul_dense(LK_MATMUL_ARGUMENTS, load, sizeof(lk_block_f16));
}
