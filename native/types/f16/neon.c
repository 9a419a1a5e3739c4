#include "types/unpack_neon.h"
#include "types/f16/unpack.h"

void lk_f16_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_f16_unpack(panel, chunk, n);
}
