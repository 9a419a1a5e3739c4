#include "core/buffer.h"
#include "core/backend.h"
#include "core/memory.h"
#include "core/os.h"
#include "core/status.h"
#include <stdlib.h>
#include <string.h>

static lk_status buffer_new(lk_backend *backend, void *address, int64_t bytes, bool wrapped,
                            lk_buffer **buffer) {
    lk_buffer *made = malloc(sizeof(*made));
    if (made == NULL)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%d bytes for a buffer's record", (int)sizeof(*made));
    *made = (lk_buffer){.backend = backend, .address = address, .bytes = bytes, .wrapped = wrapped};
    *buffer = made;
    return LK_STATUS_OK;
}

lk_status lk_buffer_create(lk_backend *backend, int64_t bytes, lk_buffer **buffer) {
    if (buffer != NULL) *buffer = NULL;
    if (backend == NULL || buffer == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer create: NULL argument");
    if (bytes <= 0) return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer create: %lld bytes", (long long)bytes);
    void *address = lk_memory_create(bytes);
    if (address == NULL) return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes for a buffer", (long long)bytes);
    if (bytes >= LK_MEMORY_LARGE && lk_processors_next(&backend->threads.nodes, 0) >= 0)
        lk_os_pages_spread(address, (size_t)bytes, &backend->threads.nodes);
    if (bytes >= LK_MEMORY_LARGE && atomic_load(&backend->small_pages))
        lk_os_pages_advise(address, (size_t)lk_memory_whole(bytes), false);
    const lk_status status = buffer_new(backend, address, bytes, false, buffer);
    if (status != LK_STATUS_OK) lk_memory_free(address, bytes);
    return status;
}

lk_status lk_buffer_wrap(lk_backend *backend, const void *address, int64_t bytes, lk_buffer **buffer) {
    if (buffer != NULL) *buffer = NULL;
    if (backend == NULL || address == NULL || buffer == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer wrap: NULL argument");
    if (bytes <= 0 || (uintptr_t)bytes > UINTPTR_MAX - (uintptr_t)address)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer wrap: %lld bytes", (long long)bytes);
    return buffer_new(backend, (void *)address, bytes, true, buffer);
}

void lk_buffer_free(lk_buffer *buffer) {
    if (buffer == NULL) return;
    if (buffer->locked) lk_os_memory_unlock(buffer->address, (size_t)buffer->bytes);
    if (!buffer->wrapped) lk_memory_free(buffer->address, buffer->bytes);
    free(buffer);
}

static lk_status check_range(const char *what, const lk_buffer *buffer, int64_t offset, const void *memory,
                             int64_t bytes) {
    if (buffer == NULL || memory == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer %s: NULL argument", what);
    if (offset < 0 || bytes < 0 || offset > buffer->bytes || bytes > buffer->bytes - offset)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer %s: %lld bytes at %lld, the buffer has %lld", what,
                       (long long)bytes, (long long)offset, (long long)buffer->bytes);
    return LK_STATUS_OK;
}

lk_status lk_buffer_write(lk_buffer *buffer, int64_t offset, const void *source, int64_t bytes) {
    const lk_status status = check_range("write", buffer, offset, source, bytes);
    if (status != LK_STATUS_OK) return status;
    if (buffer->wrapped)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer write: a wrapped buffer is read only");
    memcpy(buffer->address + offset, source, (size_t)bytes);
    return LK_STATUS_OK;
}

lk_status lk_buffer_read(lk_buffer *buffer, int64_t offset, void *destination, int64_t bytes) {
    const lk_status status = check_range("read", buffer, offset, destination, bytes);
    if (status != LK_STATUS_OK) return status;
    memcpy(destination, buffer->address + offset, (size_t)bytes);
    return LK_STATUS_OK;
}

lk_status lk_buffer_release(lk_buffer *buffer, int64_t offset, int64_t bytes) {
    const lk_status status = check_range("release", buffer, offset, buffer, bytes);
    if (status != LK_STATUS_OK) return status;
    /* Memory of the library's own would come back zeroed. */
    if (!buffer->wrapped)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT,
                       "buffer release: only a wrapped buffer has its bytes in a file");
    const uintptr_t page = (uintptr_t)lk_os_page_bytes();
    const uintptr_t first = (uintptr_t)buffer->address + (uintptr_t)offset;
    const uintptr_t begin = (first + page - 1) & ~(page - 1), end = (first + (uintptr_t)bytes) & ~(page - 1);
    if (begin >= end) return LK_STATUS_OK;
    if (buffer->locked) lk_os_memory_unlock((const void *)begin, end - begin);
    lk_os_memory_release((const void *)begin, end - begin);
    return LK_STATUS_OK;
}

static int64_t to_page(int64_t offset) {
    return (offset + LK_MEMORY_LARGE - 1) / LK_MEMORY_LARGE * LK_MEMORY_LARGE;
}

/* The huge pages that begin in the range, so that of two ranges side by side each page belongs to one. */
static lk_status pages_of(const char *what, const lk_buffer *buffer, int64_t offset, int64_t bytes,
                          uint8_t **begin, uint8_t **end) {
    *begin = *end = NULL;
    const lk_status status = check_range(what, buffer, offset, buffer, bytes);
    if (status != LK_STATUS_OK) return status;
    if (buffer->wrapped)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer %s: a wrapped buffer's memory is the caller's",
                       what);
    if (buffer->bytes < LK_MEMORY_LARGE) return LK_STATUS_OK;
    *begin = buffer->address + to_page(offset);
    *end = buffer->address + to_page(offset + bytes);
    return LK_STATUS_OK;
}

/* A huge page is zeroed in 0.1 ms, 512 small ones are taken in 0.75, and one that a hypervisor has to find
 * took 5 (Zen 5, virtual). */
static const int64_t patience_nanoseconds = 1000000;

lk_status lk_buffer_populate(lk_buffer *buffer, int64_t offset, int64_t bytes) {
    uint8_t *page, *end;
    const lk_status status = pages_of("populate", buffer, offset, bytes, &page, &end);
    if (status != LK_STATUS_OK) return status;
    for (; page < end; page += LK_MEMORY_LARGE)
        if (lk_os_pages_populate(page, LK_MEMORY_LARGE) > patience_nanoseconds &&
            !atomic_exchange(&buffer->backend->small_pages, true))
            lk_os_pages_advise(buffer->address, (size_t)lk_memory_whole(buffer->bytes), false);
    return LK_STATUS_OK;
}

lk_status lk_buffer_collapse(lk_buffer *buffer, int64_t offset, int64_t bytes) {
    uint8_t *page, *end;
    const lk_status status = pages_of("collapse", buffer, offset, bytes, &page, &end);
    if (status != LK_STATUS_OK || page == end) return status;
    lk_os_pages_advise(page, (size_t)(end - page), true);
    lk_os_pages_collapse(page, (size_t)(end - page));
    return LK_STATUS_OK;
}

void *lk_buffer_address(lk_buffer *buffer) {
    return buffer == NULL ? NULL : buffer->address;
}

lk_status lk_buffer_lock(lk_buffer *buffer) {
    if (buffer == NULL) return lk_fail(LK_STATUS_INVALID_ARGUMENT, "buffer lock: NULL argument");
    const int error = lk_os_memory_lock(buffer->address, (size_t)buffer->bytes);
    if (error != 0) {
        char reason[128];
        lk_os_error_text(error, reason, sizeof(reason));
        return lk_fail(LK_STATUS_SYSTEM, "%lld bytes cannot be locked in memory: %s",
                       (long long)buffer->bytes, reason);
    }
    buffer->locked = true;
    return LK_STATUS_OK;
}
