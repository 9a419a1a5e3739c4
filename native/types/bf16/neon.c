#include "types/unpack_neon.h"
#include "types/bf16/unpack.h"

void lk_bf16_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_bf16_unpack(panel, chunk, n);
}
