#include "types/unpack_neon.h"
#include "types/iq1_m/unpack.h"

void lk_iq1_m_unpack_neon(void *panel, const uint8_t *chunk, int32_t n) {
    lk_iq1_m_unpack(panel, chunk, n);
}
