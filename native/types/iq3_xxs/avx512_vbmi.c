#include "types/unpack_avx512.h"
#include "types/iq3_xxs/unpack_vbmi.h"

void lk_iq3_xxs_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq3_xxs_unpack_vbmi(panel, chunk, n);
}
