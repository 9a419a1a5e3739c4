/* Measures what this machine's processors multiply and read at most, with one thread and with as many as
 * asked for: cc -O2 -pthread peaks.c peaks_x86.c -o peaks && ./peaks THREADS A line each: name, threads,
 * value, unit. The best of several turns counts, since others disturb.
 * ./peaks THREADS SECONDS NAME... runs one loop alone, with so many threads, for so long, and the median of
 * its turns counts: of the first name that a loop here begins with, the one of the widest vectors. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peaks.h"

enum { TRIES = 40, MOST_THREADS = 256, MOST_TRIES = 10000 };
static const int64_t TURNS = 2000000;
static const size_t BUFFER_BYTES = (size_t)512 << 20;

typedef struct {
    const peak_loop *loop;
    const uint64_t *memory;
    size_t words;
    uint64_t sum;
} work;

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static uint64_t sum_words(const uint64_t *memory, size_t words) {
    uint64_t sums[16] = {0};
    for (size_t i = 0; i + 16 <= words; i += 16)
        for (int j = 0; j < 16; ++j) sums[j] += memory[i + j];
    uint64_t sum = 0;
    for (int j = 0; j < 16; ++j) sum += sums[j];
    return sum;
}

static void *run(void *context) {
    work *mine = context;
    if (mine->loop)
        mine->loop->run(TURNS);
    else
        mine->sum += sum_words(mine->memory, mine->words);
    return NULL;
}

/* The seconds that all threads together take for their work. */
static double seconds_of(work *parts, int threads) {
    pthread_t handles[MOST_THREADS];
    double start = seconds();
    for (int t = 1; t < threads; ++t) pthread_create(&handles[t], NULL, run, &parts[t]);
    run(&parts[0]);
    for (int t = 1; t < threads; ++t) pthread_join(handles[t], NULL);
    return seconds() - start;
}

static double best_seconds(work *parts, int threads) {
    double best = 1e30;
    for (int attempt = 0; attempt < TRIES; ++attempt) {
        double took = seconds_of(parts, threads);
        if (took < best) best = took;
    }
    return best;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The median, over as many repetitions as fit into `duration` seconds, at least one. */
static double median_seconds(work *parts, int threads, double duration) {
    static double took[MOST_TRIES];
    int count = 0;
    double end = seconds() + duration;
    do {
        took[count++] = seconds_of(parts, threads);
    } while (count < MOST_TRIES && seconds() < end);
    qsort(took, (size_t)count, sizeof *took, compare);
    return (took[(count - 1) / 2] + took[count / 2]) / 2;
}

static void print_rate(const peak_loop *loop, int threads, double took) {
    printf("%s,%d,%.1f,GMAC/s\n", loop->name, threads,
           loop->multiply_adds * (double)TURNS * threads / took / 1e9);
}

static void measure(const uint64_t *memory, int threads) {
    work parts[MOST_THREADS];
    size_t words = BUFFER_BYTES / sizeof *memory / (size_t)threads / 16 * 16;
    for (int i = 0; i < PEAK_LOOP_COUNT; ++i) {
        const peak_loop *loop = &PEAK_LOOPS[i];
        if (!loop->is_there()) continue;
        for (int t = 0; t < threads; ++t) parts[t] = (work){.loop = loop};
        print_rate(loop, threads, best_seconds(parts, threads));
    }
    uint64_t sum = 0;
    for (int t = 0; t < threads; ++t) parts[t] = (work){.memory = memory + (size_t)t * words, .words = words};
    double rate = (double)words * sizeof *memory * threads / best_seconds(parts, threads);
    for (int t = 0; t < threads; ++t) sum += parts[t].sum;
    /* The sums are used, so that no compiler may leave out the reading. */
    printf("read,%d,%.2f,GB/s\n", threads, sum ? rate / 1e9 : 0);
}

static const peak_loop *widest(const char *name) {
    const peak_loop *found = NULL;
    for (int i = 0; i < PEAK_LOOP_COUNT; ++i)
        if (!strncmp(PEAK_LOOPS[i].name, name, strlen(name)) && PEAK_LOOPS[i].is_there())
            found = &PEAK_LOOPS[i];
    return found;
}

static void measure_one(int threads, double duration, char **names) {
    const peak_loop *loop = NULL;
    while (!loop && *names) loop = widest(*names++);
    if (!loop) return;
    work parts[MOST_THREADS];
    for (int t = 0; t < threads; ++t) parts[t] = (work){.loop = loop};
    print_rate(loop, threads, median_seconds(parts, threads, duration));
}

int main(int argc, char **argv) {
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    double duration = argc > 2 ? atof(argv[2]) : 0;
    if (threads < 1 || threads > MOST_THREADS || (argc > 2 && (argc == 3 || duration <= 0)))
        return fprintf(stderr, "usage: peaks THREADS [SECONDS NAME...]\n"), 2;
    if (argc > 2) return measure_one(threads, duration, argv + 3), 0;
    uint64_t *memory = aligned_alloc(64, BUFFER_BYTES);
    if (!memory) return fprintf(stderr, "no memory\n"), 1;
    memset(memory, 1, BUFFER_BYTES);
    measure(memory, 1);
    if (threads > 1) measure(memory, threads);
    free(memory);
    return 0;
}
