#include "peaks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

enum { TURN = 48, VECTOR_BYTES = 64 };

/* Ordinary operands, since multipliers of zeros take less power than any product does and so let the clock
 * rise: x and y, and -x in z, so that x y and y z, added by turns, leave sums that neither grow nor stand. */
typedef struct {
    uint8_t x[VECTOR_BYTES], y[VECTOR_BYTES], z[VECTOR_BYTES];
} operands;

static uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static uint32_t next(uint32_t *state) {
    return (*state = *state * 1664525u + 1013904223u) >> 8;
}

/* Floats from 1 to 2, of which a BF16 is the upper half. */
static void fill_floats(operands *of, size_t bytes) {
    uint32_t state = 1;
    for (size_t i = 0; i < VECTOR_BYTES; i += bytes) {
        uint32_t x = bits_of(1 + (float)next(&state) / (1 << 24));
        uint32_t y = bits_of(1 + (float)next(&state) / (1 << 24));
        uint32_t z = x ^ 1u << 31;
        memcpy(&of->x[i], (uint8_t *)&x + sizeof x - bytes, bytes);
        memcpy(&of->y[i], (uint8_t *)&y + sizeof y - bytes, bytes);
        memcpy(&of->z[i], (uint8_t *)&z + sizeof z - bytes, bytes);
    }
}
static void fill_f32(operands *of) {
    fill_floats(of, 4);
}
static void fill_bf16(operands *of) {
    fill_floats(of, 2);
}
/* From 1 to 127: the same with a sign and without. */
static void fill_i8(operands *of) {
    uint32_t state = 1;
    for (int i = 0; i < VECTOR_BYTES; ++i) {
        of->x[i] = (uint8_t)(1 + next(&state) % 127);
        of->y[i] = (uint8_t)(1 + next(&state) % 127);
        of->z[i] = (uint8_t)-of->x[i];
    }
}

/* Independent chains hide the latency: as many as the registers hold beside the operands, an even number of
 * which TURN is an even multiple. The empty asm keeps each result alive and each product in the loop;
 * unrolled loops keep all of them in registers. */
#define LOOP(NAME, TARGET, VECTOR, CHAINS, FILL, STEP)                                                       \
    __attribute__((target(TARGET))) static void NAME(int64_t turns) {                                        \
        operands of;                                                                                         \
        FILL(&of);                                                                                           \
        VECTOR sums[CHAINS], x, y, z;                                                                        \
        memcpy(&x, of.x, sizeof x);                                                                          \
        memcpy(&y, of.y, sizeof y);                                                                          \
        memcpy(&z, of.z, sizeof z);                                                                          \
        _Pragma("GCC unroll 24") for (int i = 0; i < CHAINS; ++i) sums[i] = y;                               \
        for (int64_t t = 0; t < turns; ++t) {                                                                \
            _Pragma("GCC unroll 48") for (int i = 0; i < TURN; ++i) {                                        \
                int first = (i + i / CHAINS) % 2 == 0;                                                       \
                VECTOR a = first ? x : y, b = first ? y : z, *sum = &sums[i % CHAINS];                       \
                *sum = STEP;                                                                                 \
                __asm__ volatile("" : "+v"(*sum), "+v"(x), "+v"(y));                                         \
            }                                                                                                \
        }                                                                                                    \
    }

LOOP(fma_256, "avx2,fma", __m256, 12, fill_f32, _mm256_fmadd_ps(a, b, *sum))
LOOP(fma_512, "avx512f", __m512, 24, fill_f32, _mm512_fmadd_ps(a, b, *sum))
LOOP(maddubs_256, "avx2", __m256i, 8, fill_i8, _mm256_add_epi16(*sum, _mm256_maddubs_epi16(a, b)))
LOOP(maddubs_512, "avx512bw", __m512i, 24, fill_i8, _mm512_add_epi16(*sum, _mm512_maddubs_epi16(a, b)))
LOOP(vpdpbusd_256, "avx512vnni,avx512vl", __m256i, 24, fill_i8, _mm256_dpbusd_epi32(*sum, a, b))
LOOP(vpdpbusd_512, "avx512vnni", __m512i, 24, fill_i8, _mm512_dpbusd_epi32(*sum, a, b))
LOOP(vdpbf16ps_512, "avx512bf16,avx512f", __m512, 24, fill_bf16,
     _mm512_dpbf16_ps(*sum, (__m512bh)a, (__m512bh)b))

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
    {"fma f32 256", TURN * 8, has_avx2, fma_256},
    {"fma f32 512", TURN * 16, has_avx512, fma_512},
    {"maddubs + add 256", TURN * 32, has_avx2, maddubs_256},
    {"maddubs + add 512", TURN * 64, has_avx512, maddubs_512},
    {"vpdpbusd 256", TURN * 32, has_vnni, vpdpbusd_256},
    {"vpdpbusd 512", TURN * 64, has_vnni, vpdpbusd_512},
    {"vdpbf16ps 512", TURN * 32, has_bf16, vdpbf16ps_512},
};
const int PEAK_LOOP_COUNT = sizeof PEAK_LOOPS / sizeof *PEAK_LOOPS;
#else
const peak_loop PEAK_LOOPS[] = {{"none", 0, 0, 0}};
const int PEAK_LOOP_COUNT = 0;
#endif
