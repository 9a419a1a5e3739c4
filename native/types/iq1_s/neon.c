#include "types/unpack_neon.h"
#include "types/iq1_s/unpack.h"

void lk_iq1_s_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq1_s_unpack(panel, chunk, n);
}
