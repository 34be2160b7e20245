/* Connections for bench/layer4: a server that answers one byte with one byte and closes, a client that opens many. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 256

static int watch(int epoll, int operation, int fd, unsigned events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(epoll, operation, fd, &event);
}

static int serve(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct epoll_event events[EVENTS];
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll = epoll_create1(0), one = 1;
	char byte;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) || listen(listener, 4096)) {
		perror("listen");
		return 1;
	}
	watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN);
	puts("ready");
	fflush(stdout);
	for (;;) {
		int count = epoll_wait(epoll, events, EVENTS, -1);

		for (int i = 0; i < count; i++) {
			int fd = events[i].data.fd;

			if (fd == listener) {
				while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0)
					watch(epoll, EPOLL_CTL_ADD, fd, EPOLLIN);
				continue;
			}
			if (read(fd, &byte, 1) == 1)
				(void)!write(fd, "x", 1);
			close(fd);
		}
	}
}

static int begin(int epoll, const struct sockaddr_in *to)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	if (connect(fd, (const struct sockaddr *)to, sizeof(*to)) && errno != EINPROGRESS) {
		close(fd);
		return -1;
	}
	return watch(epoll, EPOLL_CTL_ADD, fd, EPOLLOUT);
}

/* One step of a connection. Returns 1 when it has ended, -1 when it has failed. */
static int step(int epoll, int fd, unsigned events, unsigned char *answered)
{
	char bytes[2];
	ssize_t length;

	if (events & EPOLLOUT)
		return write(fd, "?", 1) == 1 && !watch(epoll, EPOLL_CTL_MOD, fd, EPOLLIN) ? 0 : -1;
	length = read(fd, bytes, sizeof(bytes));
	if (length > 0) {
		answered[fd] = 1;
		return 0;
	}
	if (length < 0 && errno == EAGAIN)
		return 0;
	return length == 0 && answered[fd] ? 1 : -1;
}

static int load(const char *address, int port, long count, int together)
{
	static unsigned char answered[1 << 20];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct epoll_event events[EVENTS];
	struct timespec from, until;
	int epoll = epoll_create1(0);
	long begun = 0, ended = 0, failed = 0;

	inet_pton(AF_INET, address, &to.sin_addr);
	clock_gettime(CLOCK_MONOTONIC, &from);
	while (ended < count) {
		while (begun < count && begun - ended < together) {
			begun++;
			if (begin(epoll, &to)) {
				ended++;
				failed++;
			}
		}
		int got = epoll_wait(epoll, events, EVENTS, 10000);

		if (got <= 0) {
			failed += begun - ended;
			break;
		}
		for (int i = 0; i < got; i++) {
			int fd = events[i].data.fd;
			int result = step(epoll, fd, events[i].events, answered);

			if (result) {
				answered[fd] = 0;
				close(fd);
				ended++;
				failed += result < 0;
			}
		}
	}
	clock_gettime(CLOCK_MONOTONIC, &until);
	printf("%.6f %ld\n", until.tv_sec - from.tv_sec + (until.tv_nsec - from.tv_nsec) / 1e9, failed);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "serve"))
		return serve(atoi(argv[2]));
	if (argc == 6 && !strcmp(argv[1], "connect"))
		return load(argv[2], atoi(argv[3]), atol(argv[4]), atoi(argv[5]));
	fprintf(stderr, "usage: load serve PORT | load connect ADDRESS PORT COUNT TOGETHER\n");
	return 2;
}
