#include "types/unpack_neon.h"
#include "types/iq3_s/unpack.h"

void lk_iq3_s_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq3_s_unpack(panel, chunk, n);
}
