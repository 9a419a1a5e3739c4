#include "types/unpack_avx2.h"
#include "types/q5_k/unpack.h"

void lk_q5_k_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q5_k_unpack(panel, chunk, n);
}
