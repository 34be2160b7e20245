// Clients of bench/proxy: one thread, epoll, as little work for each request as possible.
// load ADDRESS PORT CONNECTIONS MILLISECONDS keep|close PATH [RATE]
// Without a rate each connection sends its next request when the last one is answered; with one, requests are due
// at fixed intervals, and times count from when they were due. Prints "open" when the connections are there and waits
// for a line; then: requests errors bytes p50_us p99_us seconds again; and keeps the connections until its input ends.
// As browsers do, a request is sent again (counted as "again") when a connection that has served others ends before a
// byte of its answer.
// Compiled with TLS it speaks TLS: LOAD_RESUME=1 resumes the last session, otherwise each handshake is a whole one.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#ifdef TLS
#include <fcntl.h>
#include <openssl/ssl.h>
#endif

struct client {
    int fd;
#ifdef TLS
    SSL *ssl;
#endif
    int busy;
    int served;       // requests on this connection
    int leaves;       // the response says that the connection ends
    uint64_t begun;
    long body_left;   // −1: in the head
    int head_length;
    char head[2048];
};

static struct sockaddr_in peer;
static int poller, keeps;
static char request[1024];
static int request_length;
static uint64_t requests, errors, bytes, again;
static uint32_t histogram[4000000 / 4];
static struct client *clients;
static char sink[1 << 18];

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + t.tv_nsec / 1000;
}

#ifdef TLS
enum { TALKS_TLS = 1 };
static SSL_CTX *context;
static SSL_SESSION *session;
static int resumes;

static int on_session(SSL *ssl, SSL_SESSION *made)
{
    (void)ssl;
    SSL_SESSION_free(session);
    session = made;
    return 1;
}

static void prepare(void)
{
    context = SSL_CTX_new(TLS_client_method());
    resumes = getenv("LOAD_RESUME") != NULL;
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(context, on_session);
}

static void greet(struct client *c)
{
    c->ssl = SSL_new(context);
    SSL_set_fd(c->ssl, c->fd);
    if (resumes && session) {
        SSL_set_session(c->ssl, session);
    }
    if (SSL_connect(c->ssl) != 1) {
        fprintf(stderr, "no handshake\n");
        exit(1);
    }
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
}

static long receive(struct client *c, char *into, long room)
{
    int count = SSL_read(c->ssl, into, room);
    if (count > 0) {
        return count;
    }
    errno = EAGAIN;
    return SSL_get_error(c->ssl, count) == SSL_ERROR_WANT_READ ? -1 : 0;
}

static int put(struct client *c, const char *data, int length)
{
    return SSL_write(c->ssl, data, length);
}

static void leave(struct client *c)
{
    SSL_shutdown(c->ssl);
    SSL_free(c->ssl);
    close(c->fd);
    c->fd = -1;
}
#else
enum { TALKS_TLS = 0 };

static void prepare(void) {}

static void greet(struct client *c) { (void)c; }

static long receive(struct client *c, char *into, long room)
{
    return recv(c->fd, into, room, MSG_DONTWAIT);
}

static int put(struct client *c, const char *data, int length)
{
    return send(c->fd, data, length, MSG_NOSIGNAL);
}

static void leave(struct client *c)
{
    close(c->fd);
    c->fd = -1;
}
#endif

static int open_client(struct client *c)
{
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&peer, sizeof peer) != 0) {
        perror("connect");
        close(c->fd);
        c->fd = -1;
        return -1;
    }
    c->served = c->leaves = 0;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    greet(c);
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
    return epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e);
}

static void begin(struct client *c, uint64_t at)
{
    if (c->fd < 0 && open_client(c) != 0) {
        errors++;
        return;
    }
    c->busy = 1;
    c->begun = at;
    c->body_left = -1;
    c->head_length = 0;
    if (put(c, request, request_length) != request_length) {
        errors++;
    }
}

static void finish(struct client *c)
{
    uint64_t took = now_us() - c->begun;
    histogram[took / 4 < sizeof histogram / 4 ? took / 4 : sizeof histogram / 4 - 1]++;
    requests++;
    c->served++;
    c->busy = 0;
}

// Returns whether the response is whole.
static int read_some(struct client *c)
{
    char *into = c->body_left < 0 ? c->head + c->head_length : sink;
    long room = c->body_left < 0 ? (long)sizeof c->head - 1 - c->head_length : (long)sizeof sink;
    long count = receive(c, into, room);
    if (count < 0 && errno == EAGAIN) {
        return 0;
    }
    if (count <= 0) {
        leave(c);
        if (c->served && c->head_length == 0) {
            again++;
            begin(c, c->begun);
            return 0;
        }
        errors++;
        return 1;
    }
    bytes += count;
    if (c->body_left >= 0) {
        c->body_left -= count;
        return c->body_left <= 0;
    }
    c->head_length += count;
    c->head[c->head_length] = 0;
    char *end = memmem(c->head, c->head_length, "\r\n\r\n", 4);
    if (!end) {
        return 0;
    }
    char *length = strcasestr(c->head, "\r\ncontent-length:");
    if (memcmp(c->head, "HTTP/1.1 200", 12) != 0 || !length) {
        errors++;
        c->body_left = 0;
        return 1;
    }
    c->leaves = strcasestr(c->head, "\r\nconnection: close") != 0;
    c->body_left = atol(length + 17) - (c->head + c->head_length - end - 4);
    return c->body_left <= 0;
}

static void on_event(struct client *c, uint64_t rate)
{
    if (!c->busy) {
        leave(c);     // between requests the peer may end it
        return;
    }
    int whole = read_some(c);
    // What TLS has read ahead, no poller tells.
    while (!whole && (TALKS_TLS || c->body_left > 65536)) {
        uint64_t before = bytes;
        whole = read_some(c);
        if (bytes == before) {
            break;
        }
    }
    if (!whole) {
        return;
    }
    finish(c);
    if (c->fd >= 0 && (!keeps || c->leaves)) {
        leave(c);
    }
    if (!rate) {
        begin(c, now_us());
    }
}

static uint64_t percentile(double part)
{
    uint64_t wanted = (uint64_t)(requests * part), seen = 0;
    for (size_t i = 0; i < sizeof histogram / 4; i++) {
        seen += histogram[i];
        if (seen > wanted) {
            return i * 4;
        }
    }
    return 0;
}

static void say(const char *line)
{
    puts(line);
    fflush(stdout);
}

static void wait_for_word(void)
{
    char line[16];
    if (!fgets(line, sizeof line, stdin)) {
        exit(0);
    }
}

int main(int argc, char **argv)
{
    if (argc < 7) {
        fprintf(stderr, "load: ADDRESS PORT CONNECTIONS MILLISECONDS keep|close PATH [RATE]\n");
        return 2;
    }
    struct rlimit files = { 65536, 65536 };
    setrlimit(RLIMIT_NOFILE, &files);
    peer.sin_family = AF_INET;
    inet_pton(AF_INET, argv[1], &peer.sin_addr);
    peer.sin_port = htons(atoi(argv[2]));
    int count = atoi(argv[3]);
    uint64_t duration = strtoull(argv[4], 0, 10) * 1000;
    keeps = strcmp(argv[5], "keep") == 0;
    uint64_t rate = argc > 7 ? strtoull(argv[7], 0, 10) : 0;
    request_length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n%s\r\n", argv[6],
        keeps ? "" : "Connection: close\r\n");
    prepare();
    poller = epoll_create1(0);
    clients = calloc(count, sizeof *clients);
    for (int i = 0; i < count; i++) {
        clients[i].fd = -1;
        if (keeps) {
            if (open_client(&clients[i]) != 0) {
                return 1;
            }
        }
    }
    say("open");
    wait_for_word();
    uint64_t start = now_us(), end = start + duration, due = start;
    int next = 0;
    for (int i = 0; i < count && !rate; i++) {
        begin(&clients[i], now_us());
    }
    struct epoll_event events[256];
    for (uint64_t now = start; now < end; now = now_us()) {
        int wait = 100;
        while (rate && due <= now) {
            int tried = 0;
            while (clients[next].busy && tried++ < count) {
                next = next + 1 == count ? 0 : next + 1;
            }
            if (clients[next].busy) {
                break;   // all are busy: the request begins late, and its time counts from when it was due
            }
            begin(&clients[next], due);
            due += 1000000 / rate;
        }
        if (rate) {
            wait = 0;
        }
        int ready = epoll_wait(poller, events, 256, wait);
        for (int i = 0; i < ready; i++) {
            on_event(events[i].data.ptr, rate);
        }
    }
    char line[128];
    snprintf(line, sizeof line, "%lu %lu %lu %lu %lu %.6f %lu", requests, errors, bytes, percentile(0.50),
        percentile(0.99), (now_us() - start) / 1e6, again);
    say(line);
    wait_for_word();
    return 0;
}
