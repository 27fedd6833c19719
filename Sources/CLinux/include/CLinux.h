#pragma once

/// What Swift can't import from Linux' headers: unions, variadics, macros with casts.

#include <netinet/in.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/// `epoll_ctl` with a 64-bit tag in place of the `data` union. 0, or -errno.
int linux_epoll_control(int epoll, int operation, int descriptor, uint32_t events, uint64_t tag);

/// The tag of an event that `epoll_wait` returned.
uint64_t linux_epoll_tag(const struct epoll_event *event);

/// The events of an event that `epoll_wait` returned.
uint32_t linux_epoll_events(const struct epoll_event *event);

/// Nanoseconds of CLOCK_BOOTTIME: goes on while the machine is suspended.
uint64_t linux_boottime_nanoseconds(void);

/// Names the calling thread (at most 15 bytes) for `top -H` and core files.
void linux_name_thread(const char *name);

/// Binds the calling thread to one processor. 0, or -errno.
int linux_pin_thread(int processor);

/// Sets the calling thread's policy to SCHED_IDLE. 0, or -errno.
int linux_idle_thread(void);

/// `socket` + non-blocking + close-on-exec; a descriptor, or -errno.
int linux_socket(int family, int type);

/// Sets a 32-bit socket option. 0, or -errno.
int linux_set_option(int descriptor, int level, int name, int value);

/// Makes an existing descriptor non-blocking and close-on-exec. 0, or -errno.
int linux_set_nonblocking(int descriptor);

/// `accept4` with SOCK_NONBLOCK | SOCK_CLOEXEC; a descriptor, or -errno.
int linux_accept(int listener, struct sockaddr_storage *peer, socklen_t *length);

/// A pending `SO_ERROR` of a socket (0 when there is none), or -errno.
int linux_socket_error(int descriptor);
