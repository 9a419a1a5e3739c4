#include "ops/simd_neon.h"
#include "types/unpack_neon.h"

enum { TILE_VECTORS = 4 };

#include "ops/attention/kernels.h"
#include "ops/attention/halves.h"
#include "ops/attention/turn.h"

void lk_attention_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(LK_ISA_NEON, &halves);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
