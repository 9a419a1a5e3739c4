#include "types/unpack_neon.h"
#include "types/f32/unpack.h"

void lk_f32_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_f32_unpack(panel, chunk, n);
}
