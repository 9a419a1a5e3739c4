#include "types/unpack_neon.h"
#include "types/mxfp4/unpack.h"

void lk_mxfp4_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_mxfp4_unpack(panel, chunk, n);
}
