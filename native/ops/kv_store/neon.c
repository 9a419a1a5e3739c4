#include "ops/kv_store/store.h"
#include "ops/vector_neon.h"

static void narrow(uint16_t *dst, const float *src, int64_t n) {
    for (int64_t i = 0; i < n; i += 4) {
        uint16x4_t half = vreinterpret_u16_f16(vcvt_f16_f32(lk_load_neon(src + i, n - i)));
        if (n - i >= 4) {
            vst1_u16(dst + i, half);
            continue;
        }
        uint16_t rest[4];
        vst1_u16(rest, half);
        memcpy(dst + i, rest, (size_t)(n - i) * sizeof *dst);
    }
}

void lk_kv_store_run_neon(const lk_op_state *op, int64_t begin, int64_t end, void *scratch) {
    (void)scratch;
    for (int64_t row = begin; row < end; row++) lk_kv_store_row(op, row, narrow);
}
