#include "types/unpack_avx2.h"
#include "types/q5_1/unpack.h"

void lk_q5_1_unpack_avx2(void *panel, const uint8_t *chunk, int32_t n) {
    lk_q5_1_unpack(panel, chunk, n);
}
