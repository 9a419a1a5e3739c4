#include "core/processors.h"
#include <stdio.h>
#include <stdlib.h>

int32_t lk_processors_count(const lk_processors *set) {
    int32_t count = 0;
    for (int i = 0; i < LK_PROCESSORS_WORDS; ++i) count += __builtin_popcountll(set->words[i]);
    return count;
}

int32_t lk_processors_next(const lk_processors *set, int32_t from) {
    for (int32_t i = from; i < LK_PROCESSORS_MOST; ++i)
        if (lk_processors_has(set, i)) return i;
    return -1;
}

lk_processors lk_processors_both(const lk_processors *a, const lk_processors *b) {
    lk_processors both;
    for (int i = 0; i < LK_PROCESSORS_WORDS; ++i) both.words[i] = a->words[i] & b->words[i];
    return both;
}

void lk_processors_format(const lk_processors *set, char *text, size_t size) {
    size_t length = 0;
    text[0] = '\0';
    for (int32_t first = lk_processors_next(set, 0); first >= 0 && length < size;) {
        int32_t last = first;
        while (last + 1 < LK_PROCESSORS_MOST && lk_processors_has(set, last + 1)) ++last;
        const char *comma = length == 0 ? "" : ",";
        length +=
            (size_t)(first == last ? snprintf(text + length, size - length, "%s%d", comma, first)
                                   : snprintf(text + length, size - length, "%s%d-%d", comma, first, last));
        first = lk_processors_next(set, last + 1);
    }
}

static bool read_number(const char **text, long *number) {
    char *end;
    if (**text < '0' || **text > '9') return false;
    *number = strtol(*text, &end, 10);
    *text = end;
    return true;
}

bool lk_processors_parse(const char *text, lk_processors *set) {
    *set = (lk_processors){0};
    while (*text != '\0' && *text != '\n') {
        long first, last;
        if (!read_number(&text, &first)) return false;
        last = first;
        if (*text == '-') {
            ++text;
            if (!read_number(&text, &last) || last < first) return false;
        }
        for (long i = first; i <= last && i < LK_PROCESSORS_MOST; ++i) lk_processors_add(set, (int32_t)i);
        if (*text == ',') ++text;
    }
    return true;
}
