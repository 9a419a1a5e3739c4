#include "types/unpack_neon.h"
#include "types/q6_k/unpack.h"

void lk_q6_k_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q6_k_unpack(panel, chunk, n);
}
