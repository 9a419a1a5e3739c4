#include "types/unpack_neon.h"
#include "types/q2_k/unpack.h"

void lk_q2_k_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q2_k_unpack(panel, chunk, n);
}
