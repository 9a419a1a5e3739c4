#include "types/unpack_neon.h"
#include "types/tq1_0/unpack.h"

void lk_tq1_0_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_tq1_0_unpack(panel, chunk, n);
}
