#include "tests/guarded.h"
#include <stdlib.h>
#include <string.h>

enum { GUARD = 256, POISON = 0xa5 };

static const uint32_t float_poison = 0x7fb1e55e;

static void fill(uint8_t *from, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) from[i] = (uint8_t)(float_poison >> 8 * (i % 4));
}

guarded guarded_create(size_t bytes, size_t misalign) {
    guarded memory = {.bytes = bytes};
    memory.block = malloc(bytes + 2 * GUARD + 128);
    if (memory.block == NULL) abort();
    const uintptr_t start = ((uintptr_t)memory.block + GUARD + 63) / 64 * 64;
    memory.data = (uint8_t *)start + misalign;
    guarded_poison(&memory);
    return memory;
}

void guarded_free(guarded *memory) {
    free(memory->block);
    *memory = (guarded){0};
}

void guarded_poison(guarded *memory) {
    memset(memory->data - GUARD, POISON, GUARD);
    fill(memory->data, memory->bytes);
    memset(memory->data + memory->bytes, POISON, GUARD);
}

bool guarded_intact(const guarded *memory) {
    for (size_t i = 0; i < GUARD; ++i)
        if (memory->data[-(ptrdiff_t)i - 1] != POISON || memory->data[memory->bytes + i] != POISON)
            return false;
    return true;
}

bool guarded_is_poison(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits == float_poison;
}
