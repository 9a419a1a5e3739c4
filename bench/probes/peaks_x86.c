#include "peaks.h"

#if defined(__x86_64__)
#include <immintrin.h>

enum { CHAINS = 12 };

/* Twelve independent chains hide the latency of any of these instructions; the empty asm keeps each result
 * alive, and unrolled loops keep all of them in registers. */
#define LOOP(NAME, TARGET, VECTOR, ZERO, STEP)                                                               \
    __attribute__((target(TARGET))) static void NAME(int64_t turns) {                                        \
        VECTOR sums[CHAINS], a = ZERO, b = ZERO;                                                             \
        _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; ++i) sums[i] = ZERO;                            \
        __asm__ volatile("" : "+v"(a), "+v"(b));                                                             \
        for (int64_t t = 0; t < turns; ++t) {                                                                \
            _Pragma("GCC unroll 12") for (int i = 0; i < CHAINS; ++i) {                                      \
                STEP;                                                                                        \
                __asm__ volatile("" : "+v"(sums[i]));                                                        \
            }                                                                                                \
        }                                                                                                    \
    }

LOOP(fma_256, "avx2,fma", __m256, _mm256_setzero_ps(), sums[i] = _mm256_fmadd_ps(a, b, sums[i]))
LOOP(fma_512, "avx512f", __m512, _mm512_setzero_ps(), sums[i] = _mm512_fmadd_ps(a, b, sums[i]))
LOOP(maddubs_256, "avx2", __m256i, _mm256_setzero_si256(),
     sums[i] = _mm256_add_epi16(sums[i], _mm256_maddubs_epi16(a, b));
     __asm__ volatile(""
                      : "+x"(a)))
LOOP(maddubs_512, "avx512bw", __m512i, _mm512_setzero_si512(),
     sums[i] = _mm512_add_epi16(sums[i], _mm512_maddubs_epi16(a, b));
     __asm__ volatile(""
                      : "+v"(a)))
LOOP(vpdpbusd_256, "avx512vnni,avx512vl", __m256i, _mm256_setzero_si256(),
     sums[i] = _mm256_dpbusd_epi32(sums[i], a, b))
LOOP(vpdpbusd_512, "avx512vnni", __m512i, _mm512_setzero_si512(),
     sums[i] = _mm512_dpbusd_epi32(sums[i], a, b))
LOOP(vdpbf16ps_512, "avx512bf16,avx512f", __m512, _mm512_setzero_ps(),
     sums[i] = _mm512_dpbf16_ps(sums[i], (__m512bh)a, (__m512bh)b))

static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512bw");
}
static int has_vnni(void) {
    return __builtin_cpu_supports("avx512vnni");
}
static int has_bf16(void) {
    return __builtin_cpu_supports("avx512bf16");
}

const peak_loop PEAK_LOOPS[] = {
    {"fma f32 256", CHAINS * 8, has_avx2, fma_256},
    {"fma f32 512", CHAINS * 16, has_avx512, fma_512},
    {"maddubs + add 256", CHAINS * 32, has_avx2, maddubs_256},
    {"maddubs + add 512", CHAINS * 64, has_avx512, maddubs_512},
    {"vpdpbusd 256", CHAINS * 32, has_vnni, vpdpbusd_256},
    {"vpdpbusd 512", CHAINS * 64, has_vnni, vpdpbusd_512},
    {"vdpbf16ps 512", CHAINS * 32, has_bf16, vdpbf16ps_512},
};
const int PEAK_LOOP_COUNT = sizeof PEAK_LOOPS / sizeof *PEAK_LOOPS;
#else
const peak_loop PEAK_LOOPS[] = {{"none", 0, 0, 0}};
const int PEAK_LOOP_COUNT = 0;
#endif
