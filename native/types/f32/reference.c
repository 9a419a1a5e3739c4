#include "types/f32/block.h"
#include "types/functions.h"
#include <string.h>

void lk_f32_dequantize(float *dst, const void *src, int64_t n) {
    memcpy(dst, src, (size_t)n * sizeof *dst);
}
