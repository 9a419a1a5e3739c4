/* Random input with a seed: splitmix64 (Steele, Lea, Flood 2014). */
#ifndef LK_RANDOM_H
#define LK_RANDOM_H

#include <stdint.h>

typedef struct random_state {
    uint64_t state;
} random_state;

static inline uint64_t random_bits(random_state *random) {
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* In [0, bound). */
static inline int32_t random_below(random_state *random, int32_t bound) {
    return (int32_t)((random_bits(random) >> 33) % (uint64_t)bound);
}

/* In [-1, 1). */
static inline float random_float(random_state *random) {
    return (float)((double)(int32_t)(random_bits(random) >> 32) / 2147483648.0);
}

#endif
