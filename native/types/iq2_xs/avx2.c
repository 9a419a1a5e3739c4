#include "types/unpack_avx2.h"
#include "types/iq2_xs/unpack.h"

void lk_iq2_xs_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq2_xs_unpack(panel, chunk, n);
}
