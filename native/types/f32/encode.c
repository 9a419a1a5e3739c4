#include "types/encode.h"
#include <string.h>

void lk_f32_encode(LK_ENCODE_PARAMETERS) {
    (void)importance;
    memcpy(dst, src, (size_t)n * sizeof(float));
}
