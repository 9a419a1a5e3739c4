#include "ops/simd_avx512.h"
#include "types/unpack_avx512.h"

enum { TILE_VECTORS = 4 };

#include "ops/attention/kernels.h"
#include "ops/attention/halves.h"
#include "ops/attention/turn.h"

void lk_attention_run_avx512(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(LK_ISA_AVX512, &halves);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
