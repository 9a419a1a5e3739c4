#include "types/unpack_avx2.h"
#include "types/f32/unpack.h"

void lk_f32_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_f32_unpack(panel, chunk, n);
}
