/* One binary tests every kernel that this processor (under LK_CPU_MASK) can run: check [--seed N] [--needs
 * ISA] [--time] SUITE... */
#include "tests/check.h"
#include "core/cpu_features.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

check_state check = {.seed = 1};

bool check_that(bool holds, const char *format, ...) {
    enum { MOST_PRINTED = 50 };
    if (holds) {
        ++check.held;
        return true;
    }
    if (check.failed++ >= MOST_PRINTED) return false;
    va_list arguments;
    va_start(arguments, format);
    printf("FAILED: ");
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    return false;
}

void check_outcome(const char *what, lk_status status, const char *part) {
    const char *text = status == LK_STATUS_OK ? "" : lk_last_error();
    check_that(status == (part == NULL ? LK_STATUS_OK : LK_STATUS_INVALID_ARGUMENT) &&
                   strstr(text, part == NULL ? "" : part) != NULL,
               "%s: status %d, \"%s\" does not say \"%s\"", what, status, text, part == NULL ? "" : part);
}

random_state check_random(const char *name) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *name != '\0'; ++name) hash = (hash ^ (uint8_t)*name) * 0x100000001b3u;
    return (random_state){hash ^ check.seed * 0x9e3779b97f4a7c15u};
}

enum { SKIPPED = 77 };

static bool run_types(void) {
    check_types();
    check_unpack();
    check_iq_near();
    check_encoders();
    check_float_decoders();
    check_float_encoders();
    check_encoder_bytes();
    return true;
}

static bool run_ops(void) {
    check_exact_ops();
    check_element_ops();
    check_activations();
    check_company();
    check_planes();
    check_expert_route();
    check_expert_sort();
    check_square_sum();
    check_slices();
    check_expert_products();
    check_expert_layer();
    check_ops();
    check_recurrent();
    check_attention();
    check_attention_runs();
    return true;
}

static bool run_program(void) {
    check_program();
    check_hazards();
    check_recurrent_records();
    return true;
}

static bool run_threads(void) {
    if (check.timing) {
        time_memory();
    } else {
        check_processors();
        check_placed_threads();
    }
    check_threads();
    return true;
}

static const struct {
    const char *name;
    bool (*run)(void);
} suites[] = {
    {"types", run_types},
    {"ops", run_ops},
    {"program", run_program},
    {"threads", run_threads},
    {"instructions", check_instructions},
};

static void print_isas(void) {
    printf("isas:");
    for (int i = 0; i < LK_ISA_COUNT; ++i)
        if (check_has((lk_isa)i)) printf(" %s", lk_isa_name((lk_isa)i));
    printf("; seed %llu\n", (unsigned long long)check.seed);
}

static int run_suite(const char *name) {
    for (size_t i = 0; i < sizeof(suites) / sizeof(*suites); ++i) {
        if (strcmp(name, suites[i].name) != 0) continue;
        check.held = check.failed = 0;
        const bool ran = suites[i].run();
        printf("%s: %lld checks held, %lld failed%s\n", name, (long long)check.held, (long long)check.failed,
               ran ? "" : ", skipped");
        if (check.failed > 0) return 1;
        return ran ? 0 : SKIPPED;
    }
    printf("no suite is called %s: types, ops, program, threads, instructions\n", name);
    return 2;
}

/* The ISAs of the run. The variable is taken out of the environment, because the checks compare with
 * REFERENCE, which it may exclude. */
static int open_isas(void) {
    static char nothing[] = "LK_CPU_MASK=";
    const lk_status status = lk_cpu_allowed_isas(0, &check.isas);
    putenv(nothing);
    if (status == LK_STATUS_OK) return 0;
    printf("%s\n", lk_last_error());
    return status == LK_STATUS_UNSUPPORTED ? SKIPPED : 2;
}

static bool needs(const char *isa) {
    for (int i = 0; i < LK_ISA_COUNT; ++i)
        if (strcmp(isa, lk_isa_name((lk_isa)i)) == 0 && check_has((lk_isa)i)) return true;
    printf("this processor has no %s, or LK_CPU_MASK excludes it: skipped\n", isa);
    return false;
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    const int open = open_isas();
    if (open != 0) return open;
    int worst = 0;
    bool named = false;
    for (int i = 1; i < argc; ++i) {
        if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
            check.seed = strtoull(argv[++i], NULL, 0);
            continue;
        }
        if (strcmp(argv[i], "--needs") == 0 && i + 1 < argc) {
            if (!needs(argv[++i])) return SKIPPED;
            continue;
        }
        if (strcmp(argv[i], "--time") == 0) {
            check.timing = true;
            continue;
        }
        if (!named) print_isas();
        named = true;
        const int result = run_suite(argv[i]);
        if (result > worst && !(worst == 1)) worst = result;
        if (result == 1) worst = 1;
    }
    if (!named)
        printf("usage: check [--seed N] [--needs ISA] [--time] types|ops|program|threads|instructions ...\n");
    return named ? worst : 2;
}
