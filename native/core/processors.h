/* A set of logical processors, by the system's numbers. */
#ifndef LK_PROCESSORS_H
#define LK_PROCESSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LK_PROCESSORS_MOST = 1024, LK_PROCESSORS_WORDS = LK_PROCESSORS_MOST / 64 };

typedef struct lk_processors {
    uint64_t words[LK_PROCESSORS_WORDS];
} lk_processors;

static inline bool lk_processors_has(const lk_processors *set, int32_t processor) {
    return set->words[processor / 64] >> processor % 64 & 1;
}

static inline void lk_processors_add(lk_processors *set, int32_t processor) {
    set->words[processor / 64] |= (uint64_t)1 << processor % 64;
}

static inline void lk_processors_remove(lk_processors *set, int32_t processor) {
    set->words[processor / 64] &= ~((uint64_t)1 << processor % 64);
}

int32_t lk_processors_count(const lk_processors *set);

/* -1 where there is none at or after from. */
int32_t lk_processors_next(const lk_processors *set, int32_t from);

lk_processors lk_processors_both(const lk_processors *a, const lk_processors *b);

/* "0-3,8"; empty for none. Cut off where it does not fit. */
void lk_processors_format(const lk_processors *set, char *text, size_t size);

/* Reads "0-3,8,10-11\n"; numbers beyond what a set holds are left out. False for anything else. */
bool lk_processors_parse(const char *text, lk_processors *set);

#endif
