#include "types/unpack_avx2.h"
#include "types/tq2_0/unpack.h"

void lk_tq2_0_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_tq2_0_unpack(panel, chunk, n);
}
