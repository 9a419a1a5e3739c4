#include "core/cpu_features.h"
#include "core/os.h"
#include "core/status.h"
#include "core/thread_plan.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALWAYS (1u << LK_ISA_REFERENCE | 1u << LK_ISA_PLAIN)
/* Bits beside those of the ISAs. */
#define BF16_PRODUCTS (1u << 31)
#define VBMI (1u << 30)
#define DOTPROD (1u << 29)
#define I8MM (1u << 28)

#if defined(__x86_64__)
#include <cpuid.h>

/* The register sets that the operating system saves on a switch of threads (XCR0). */
static uint32_t saved_registers(void) {
    uint32_t low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static uint32_t detect(void) {
    enum { SSE_AVX = 0x6, SSE_AVX_AVX512 = 0xe6 };
    uint32_t a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return ALWAYS;
    const uint32_t first = bit_FMA | bit_F16C | bit_OSXSAVE | bit_AVX;
    if ((c & first) != first) return ALWAYS;
    const uint32_t saved = saved_registers();
    if ((saved & SSE_AVX) != SSE_AVX || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & bit_AVX2))
        return ALWAYS;

    uint32_t mask = ALWAYS | 1u << LK_ISA_AVX2;
    const uint32_t wide = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL;
    const bool has_avx512 = (b & wide) == wide && (c & bit_AVX512VNNI) != 0;
    if (!has_avx512 || (saved & SSE_AVX_AVX512) != SSE_AVX_AVX512) return mask;
    mask |= 1u << LK_ISA_AVX512;
    const uint32_t permutations = bit_AVX512VBMI | bit_GFNI;
    if ((c & permutations) == permutations) mask |= VBMI;
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & bit_AVX512BF16)) mask |= BF16_PRODUCTS;
    return mask;
}

static void brand(char text[49]) {
    uint32_t words[12] = {0};
    for (uint32_t i = 0; i < 3; ++i)
        if (!__get_cpuid(0x80000002u + i, &words[4 * i], &words[4 * i + 1], &words[4 * i + 2],
                         &words[4 * i + 3]))
            break;
    memcpy(text, words, 48);
    text[48] = '\0';
}
#elif defined(__aarch64__)
static uint32_t detect(void) {
    const uint32_t base = ALWAYS | 1u << LK_ISA_NEON; /* part of the base architecture */
    return base | (lk_os_has_dotprod() ? DOTPROD : 0) | (lk_os_has_i8mm() ? I8MM : 0);
}

static void brand(char text[49]) {
    text[0] = '\0';
}
#else
static uint32_t detect(void) {
    return ALWAYS;
}

static void brand(char text[49]) {
    text[0] = '\0';
}
#endif

/* What detect says, asked once. */
static uint32_t features(void) {
    static _Atomic uint32_t found;
    uint32_t mask = atomic_load_explicit(&found, memory_order_relaxed);
    if (mask == 0) {
        mask = detect();
        atomic_store_explicit(&found, mask, memory_order_relaxed);
    }
    return mask;
}

uint32_t lk_cpu_isa_mask(void) {
    return features() & ((1u << LK_ISA_COUNT) - 1);
}

bool lk_cpu_has_bf16_products(void) {
    return (features() & BF16_PRODUCTS) != 0;
}

bool lk_cpu_has_vbmi(void) {
    return (features() & VBMI) != 0;
}

bool lk_cpu_has_dotprod(void) {
    return (features() & DOTPROD) != 0;
}

bool lk_cpu_has_i8mm(void) {
    return (features() & I8MM) != 0;
}

const char *lk_isa_name(lk_isa isa) {
    static const char *const names[LK_ISA_COUNT] = {"reference", "plain", "avx2", "avx512", "neon"};
    return isa < LK_ISA_COUNT ? names[isa] : "none";
}

lk_isa lk_isa_highest(uint32_t mask) {
    int isa = LK_ISA_COUNT - 1;
    while (isa > 0 && !(mask >> isa & 1)) --isa;
    return (lk_isa)isa;
}

lk_isa lk_isa_select(uint32_t allowed, uint32_t kernels) {
    const uint32_t reference = 1u << LK_ISA_REFERENCE;
    const uint32_t fast = allowed & kernels & ~reference;
    if (fast != 0) return lk_isa_highest(fast);
    const bool alone = allowed == reference || !(kernels & 1u << LK_ISA_PLAIN);
    return (kernels & reference) && alone ? LK_ISA_REFERENCE : LK_ISA_COUNT;
}

static lk_status read_environment(uint32_t *mask, bool *present) {
    const char *text = getenv("LK_CPU_MASK");
    *present = text != NULL && text[0] != '\0';
    *mask = UINT32_MAX;
    if (!*present) return LK_STATUS_OK;
    char *end;
    const unsigned long value = strtoul(text, &end, 0);
    if (*end != '\0' || value == 0 || value >= 1u << LK_ISA_COUNT)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "LK_CPU_MASK=%s: not a number from 1 to %u", text,
                       (1u << LK_ISA_COUNT) - 1);
    *mask = (uint32_t)value;
    return LK_STATUS_OK;
}

lk_status lk_cpu_allowed_isas(uint32_t mask, uint32_t *allowed) {
    uint32_t environment;
    bool narrowed;
    const lk_status status = read_environment(&environment, &narrowed);
    if (status != LK_STATUS_OK) return status;
    /* The environment may ask for REFERENCE where the configuration leaves the choice open. */
    if (mask == 0) mask = narrowed ? environment : ~(1u << LK_ISA_REFERENCE);
    *allowed = mask & environment & lk_cpu_isa_mask();
    if (*allowed == 0)
        return lk_fail(LK_STATUS_UNSUPPORTED,
                       "isa_mask 0x%x and LK_CPU_MASK 0x%x leave none of this processor's ISAs (0x%x)", mask,
                       environment & ((1u << LK_ISA_COUNT) - 1), lk_cpu_isa_mask());
    return LK_STATUS_OK;
}

void lk_cpu_name(char *text, size_t size) {
    char name[49];
    brand(name);
    const char *start = name + strspn(name, " ");
    if (*start != '\0') {
        snprintf(text, size, "%s", start);
        return;
    }
    lk_os_processor_name(text, size);
    if (text[0] == '\0') snprintf(text, size, "unknown processor");
}

int32_t lk_cpu_core_count(void) {
    lk_topology topology;
    lk_os_topology(&topology);
    return lk_thread_plan_default_count(&topology);
}
