#include "types/unpack_avx2.h"
#include "types/f16/unpack.h"

void lk_f16_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_f16_unpack(panel, chunk, n);
}
