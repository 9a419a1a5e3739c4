#include "types/unpack_avx512.h"
#include "types/q3_k/unpack_folded.h"

void lk_q3_k_unpack_avx512(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q3_k_unpack_folded(panel, chunk, n);
}
