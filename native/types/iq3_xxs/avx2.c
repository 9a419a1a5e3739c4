#include "types/unpack_avx2.h"
#include "types/iq3_xxs/unpack.h"

void lk_iq3_xxs_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq3_xxs_unpack(panel, chunk, n);
}
