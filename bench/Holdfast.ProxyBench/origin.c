// The server behind the proxies of bench/proxy: one thread, epoll. GET /N is answered with N bytes.
// origin ADDRESS PORT
// SIGUSR1 makes it slow: answers come 10 s later; again, and they come at once.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

struct answer {
    long size;
    long length;
    char *bytes;
};

enum { SLOW_SECONDS = 10 };

struct client {
    struct client *later;   // behind this one, of those that wait
    time_t due;             // when the answer goes out; 0: at once
    int gone;
    int fd;
    int closes;
    int length;
    long sent;              // of the answer under way
    struct answer *answer;  // none: waiting for a request
    char head[4096];
};

static struct answer answers[16];
static int poller;
static volatile sig_atomic_t is_slow;
static struct client *first, *last;

static time_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec;
}

static void on_signal(int number)
{
    (void)number;
    is_slow = !is_slow;
}

static struct answer *answer_of(long size)
{
    for (int i = 0; i < 16; i++) {
        if (answers[i].bytes && answers[i].size == size) {
            return &answers[i];
        }
        if (!answers[i].bytes) {
            char head[256];
            int length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nServer: origin\r\n"
                "Date: Mon, 23 Nov 2026 12:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: %ld\r\n\r\n", size);
            answers[i] = (struct answer) { size, length + size, malloc(length + size) };
            memcpy(answers[i].bytes, head, length);
            memset(answers[i].bytes + length, 'x', size);
            return &answers[i];
        }
    }
    fprintf(stderr, "origin: too many sizes\n");
    exit(1);
}

static void drop(struct client *c)
{
    close(c->fd);
    if (c->due) {
        c->gone = 1;   // freed when its time has come
        return;
    }
    free(c);
}

// Returns 0 when the connection is gone.
static int write_some(struct client *c)
{
    while (c->answer) {
        long count = send(c->fd, c->answer->bytes + c->sent, c->answer->length - c->sent,
            MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            if (errno == EAGAIN) {
                struct epoll_event e = { .events = EPOLLOUT, .data.ptr = c };
                epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
                return 1;
            }
            drop(c);
            return 0;
        }
        c->sent += count;
        if (c->sent == c->answer->length) {
            c->answer = 0;
        }
    }
    if (c->closes) {
        drop(c);
        return 0;
    }
    return 1;
}

static void on_event(struct client *c, unsigned events)
{
    if (c->answer && !c->due) {
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
        if (write_some(c) && !c->answer) {
            epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &e);
        }
        return;
    }
    long count = recv(c->fd, c->head + c->length, sizeof c->head - 1 - c->length, MSG_DONTWAIT);
    if (count <= 0) {
        if (count == 0 || errno != EAGAIN) {
            drop(c);
        }
        return;
    }
    (void)events;
    c->length += count;
    c->head[c->length] = 0;
    if (memcmp(c->head + c->length - 4, "\r\n\r\n", 4) != 0) {
        return;
    }
    char *slash = strchr(c->head, '/');
    c->answer = answer_of(slash ? atol(slash + 1) : 0);
    c->closes = strcasestr(c->head, "\r\nconnection: close") != 0;
    c->sent = 0;
    c->length = 0;
    if (!is_slow) {
        write_some(c);
        return;
    }
    c->due = now() + SLOW_SECONDS;
    c->later = 0;
    *(first ? &last->later : &first) = c;
    last = c;
}

static void answer_due(void)
{
    while (first && first->due <= now()) {
        struct client *c = first;
        first = c->later;
        c->due = 0;
        if (c->gone) {
            free(c);
        } else {
            write_some(c);
        }
    }
}

int main(int argc, char **argv)
{
    int one = 1;
    struct sockaddr_in own = { .sin_family = AF_INET };
    struct rlimit files = { 65536, 65536 };
    if (argc < 3) {
        fprintf(stderr, "origin: ADDRESS PORT\n");
        return 2;
    }
    signal(SIGUSR1, on_signal);
    setrlimit(RLIMIT_NOFILE, &files);
    inet_pton(AF_INET, argv[1], &own.sin_addr);
    own.sin_port = htons(atoi(argv[2]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (bind(listener, (struct sockaddr *)&own, sizeof own) != 0 || listen(listener, 4096) != 0) {
        perror("origin");
        return 1;
    }
    poller = epoll_create1(0);
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = 0 };
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &e);
    struct epoll_event events[256];
    for (;;) {
        answer_due();
        int ready = epoll_wait(poller, events, 256, first ? 100 : -1);
        for (int i = 0; i < ready; i++) {
            if (events[i].data.ptr) {
                on_event(events[i].data.ptr, events[i].events);
                continue;
            }
            int fd;
            while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
                struct client *c = calloc(1, sizeof *c);
                c->fd = fd;
                struct epoll_event added = { .events = EPOLLIN, .data.ptr = c };
                epoll_ctl(poller, EPOLL_CTL_ADD, fd, &added);
            }
        }
    }
}
