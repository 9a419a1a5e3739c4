#include "ops/simd_plain.h"

enum { TILE_VECTORS = 1 };

#include "ops/attention/kernels.h"

void lk_attention_run_plain(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    static const lk_flash_kernels kernels = LK_FLASH_KERNELS(lk_flash_widen);
    lk_flash_run(op, begin, end, scratch, &kernels);
}
