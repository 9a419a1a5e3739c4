#include "ops/attention/pairs.h"
#include "core/cpu_features.h"

const lk_flash_value_kernels *lk_flash_pairs_of(const lk_view *values, lk_isa isa) {
#if defined(__x86_64__)
    const bool fits = values->type == LK_TYPE_Q8_0 || values->type == LK_TYPE_Q4_0;
    if (fits && isa == LK_ISA_AVX512 && lk_cpu_has_bf16_products()) return &lk_flash_pairs_avx512_bf16;
#endif
    (void)values;
    (void)isa;
    return NULL;
}
