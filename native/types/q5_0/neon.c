#include "types/unpack_neon.h"
#include "types/q5_0/unpack.h"

void lk_q5_0_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q5_0_unpack(panel, chunk, n);
}
