/* The columns of lk_types.inc and encoders.inc that say which kernels there are, made into pointers. */
#ifndef LK_COLUMNS_H
#define LK_COLUMNS_H

#include <stddef.h>

/* KERNEL(1, name) is the kernel, KERNEL(0, name) NULL. */
#define KERNEL_0(name) NULL
#define KERNEL_1(name) name
#define KERNEL(exists, name) KERNEL_##exists(name)

/* Columns of lk_types.inc that belong to another processor count as 0. */
#if defined(__x86_64__) || defined(_M_X64)
#define X86_KERNEL(exists, name) KERNEL(exists, name)
#define ARM_KERNEL(exists, name) NULL
#elif defined(__aarch64__) || defined(_M_ARM64)
#define X86_KERNEL(exists, name) NULL
#define ARM_KERNEL(exists, name) KERNEL(exists, name)
#else
#define X86_KERNEL(exists, name) NULL
#define ARM_KERNEL(exists, name) NULL
#endif

#endif
