/* Loops of one instruction over registers: what a core can do at most when nothing has to be fetched. */
#ifndef PEAKS_H
#define PEAKS_H

#include <stdint.h>

typedef struct {
    const char *name;
    /* Multiply-adds of one turn of the loop. */
    double multiply_adds;
    int (*is_there)(void);
    void (*run)(int64_t turns);
} peak_loop;

/* Of those of one name the widest vectors last. */
extern const peak_loop PEAK_LOOPS[];
extern const int PEAK_LOOP_COUNT;

#endif
