/* The calling thread's last error. */
#ifndef LK_STATUS_H
#define LK_STATUS_H

#include "llamakernels.h"

/* Keeps one line of text for lk_last_error and returns the status, so that a check is one statement: return
 * lk_fail(...). */
__attribute__((format(printf, 2, 3))) lk_status lk_fail(lk_status status, const char *format, ...);

#endif
