// Makes every INKLING_FAULT_EVERYth fsync and fdatasync of a program fail with EIO, once it has run
// for INKLING_FAULT_AFTER_MS. For LD_PRELOAD; built by kill_test.py.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

static long long now_ms(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000LL + time.tv_nsec / 1000000;
}

static long long started;
static atomic_int calls;

__attribute__((constructor)) static void start(void) { started = now_ms(); }

static int fails(void) {
  const char* every = getenv("INKLING_FAULT_EVERY");
  const char* after = getenv("INKLING_FAULT_AFTER_MS");
  if (!every || now_ms() - started < (after ? atoll(after) : 0)) return 0;
  return atomic_fetch_add(&calls, 1) % atoi(every) == 0;
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  if (!fails()) return real(file);
  errno = EIO;
  return -1;
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  if (!fails()) return real(file);
  errno = EIO;
  return -1;
}
