#include "types/unpack_avx512.h"
#include "types/q2_k/unpack_folded.h"

void lk_q2_k_unpack_avx512(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q2_k_unpack_folded(panel, chunk, n);
}
