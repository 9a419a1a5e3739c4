#include "types/unpack_avx2.h"
#include "types/q6_k/unpack.h"

void lk_q6_k_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q6_k_unpack(panel, chunk, n);
}
