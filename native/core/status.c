#include "core/status.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local char last_error[512];

/* Names come from files: a control character would break the line, a cut UTF-8 sequence the reader. */
static void clean_line(char *text) {
    size_t length = strlen(text);
    for (size_t i = 0; i < length; ++i)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f) text[i] = ' ';
    if (length + 1 < sizeof(last_error)) return;
    while (length > 0 && ((unsigned char)text[length - 1] & 0xc0) == 0x80) --length;
    if (length > 0 && (unsigned char)text[length - 1] >= 0xc0) --length;
    text[length] = '\0';
}

lk_status lk_fail(lk_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_error, sizeof(last_error), format, arguments);
    va_end(arguments);
    clean_line(last_error);
    return status;
}

const char *lk_last_error(void) {
    return last_error;
}
