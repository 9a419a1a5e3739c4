#include "types/unpack_avx512.h"
#include "types/iq2_s/unpack_vbmi.h"

void lk_iq2_s_unpack_avx512_vbmi(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq2_s_unpack_vbmi(panel, chunk, n);
}
