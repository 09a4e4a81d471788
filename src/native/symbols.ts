/** What is called of the C library, and how: Linux on x86-64 and arm64, glibc. */

/**
 * Each symbol with its prototype in C. Lengths are `usize`, which only BigInts pass fast; what comes back is
 * `i32`, since no call here moves 2 GiB at once: of a -1 of 64 bits the lower half is -1 too. A call with
 * `...` in its prototype is called like one without: on both machines integers and pointers pass the same
 * way.
 */
export const SYMBOLS = {
  // int *__errno_location(void)
  __errno_location: { parameters: [], result: "pointer" },
  // void *memcpy(void *dest, const void *src, size_t n)
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "pointer" },
  // int close(int fd)
  close: { parameters: ["i32"], result: "i32" },
  // int fcntl(int fd, int op, ...)
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
  // int pipe2(int pipefd[2], int flags)
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  // ssize_t read(int fd, void *buf, size_t count)
  read: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  // ssize_t recv(int sockfd, void *buf, size_t len, int flags)
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // ssize_t send(int sockfd, const void *buf, size_t len, int flags)
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  // int shutdown(int sockfd, int how)
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  // int getsockname(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  getsockname: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // int getpeername(int sockfd, struct sockaddr *addr, socklen_t *addrlen)
  getpeername: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // ssize_t sendfile(int out_fd, int in_fd, off_t *offset, size_t count)
  sendfile: { parameters: ["i32", "i32", "buffer", "usize"], result: "i32" },
  // ssize_t splice(int fd_in, off_t *off_in, int fd_out, off_t *off_out, size_t len, unsigned int flags)
  splice: { parameters: ["i32", "buffer", "i32", "buffer", "usize", "u32"], result: "i32" },
  // int statx(int dirfd, const char *pathname, int flags, unsigned int mask, struct statx *statxbuf)
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  // ssize_t getdents64(int fd, void *dirp, size_t count)
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  // int getrusage(int who, struct rusage *usage)
  getrusage: { parameters: ["i32", "buffer"], result: "i32" },
  // int epoll_create1(int flags)
  epoll_create1: { parameters: ["i32"], result: "i32" },
  // int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  // int epoll_wait(int epfd, struct epoll_event *events, int maxevents, int timeout)
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  // int prctl(int op, ...)
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  // long syscall(SYS_openat2, int dirfd, const char *path, struct open_how *how, size_t size)
  openat2: { name: "syscall", parameters: ["i64", "i32", "buffer", "buffer", "usize"], result: "i32" },
  // long syscall(SYS_landlock_create_ruleset, const struct landlock_ruleset_attr *attr, size_t size, u32
  // flags)
  landlockCreateRuleset: { name: "syscall", parameters: ["i64", "buffer", "usize", "u32"], result: "i32" },
  // long syscall(SYS_landlock_add_rule, int fd, enum landlock_rule_type type, const void *attr, u32 flags)
  landlockAddRule: { name: "syscall", parameters: ["i64", "i32", "i32", "buffer", "u32"], result: "i32" },
  // long syscall(SYS_landlock_restrict_self, int fd, u32 flags)
  landlockRestrictSelf: { name: "syscall", parameters: ["i64", "i32", "u32"], result: "i32" },
} as const;

/** Numbers of calls that glibc has no functions for; the same on all machines. */
export const SYS_OPENAT2 = 437n;
export const SYS_LANDLOCK_CREATE_RULESET = 444n,
  SYS_LANDLOCK_ADD_RULE = 445n,
  SYS_LANDLOCK_RESTRICT_SELF = 446n;
