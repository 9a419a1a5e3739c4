#include "types/unpack_neon.h"
#include "types/iq4_xs/unpack.h"

void lk_iq4_xs_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq4_xs_unpack(panel, chunk, n);
}
