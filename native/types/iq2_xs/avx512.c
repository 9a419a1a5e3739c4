#include "types/points_avx512.h"
#include "types/iq2_xs/unpack.h"

void lk_iq2_xs_unpack_avx512(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq2_xs_unpack(panel, chunk, n);
}
