/* The limit: sendfile(2) in a loop and nothing else, as a sender of the lab.
 *
 *   sendfile_sender PORT FILE FILE_BYTES TRANSFER_BYTES TRANSFERS CONNECTIONS CHUNK_BYTES HEADER_BYTES NO_DELAY SEND_BUFFER_BYTES
 *
 * Connects to 127.0.0.1:PORT, warms up on a connection of its own, connects CONNECTIONS times, prints "ready", waits for a line, sends,
 * waits until the receiver has said how much it got, and prints what it cost as one line of JSON. One connection is served by blocking
 * calls, several by one thread with epoll(7).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define WARM_UP_BYTES (32LL << 20)
#define HEADER_BYTES_MAX (1 << 20)

struct connection {
    int fd;
    long long index, transfers_left, transfer, header_left;
    off_t position, end;
    double last;
};

static int file, port, no_delay, send_buffer_bytes;
static long long file_bytes, transfer_bytes, transfers, header_bytes, chunk_bytes, calls;
static char *path, header[HEADER_BYTES_MAX];
static double *times;
static size_t times_count, times_max;

static void fail(const char *what)
{
    const char *reason = errno == EPIPE || errno == ECONNRESET ? "the receiver closed the connection before it had everything" : strerror(errno);
    if (errno == EPIPE || errno == ECONNRESET) printf("{\"failure\":\"%s\"}\n", reason);
    else printf("{\"failure\":\"%s: %s\"}\n", what, reason);
    fflush(stdout);
    exit(1);
}

static void fail_short(void)
{
    printf("{\"failure\":\"the file shrank while it was sent\"}\n");
    fflush(stdout);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time) { return (double)time.tv_sec + (double)time.tv_usec / 1e6; }

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void begin_transfer(struct connection *c)
{
    long long slots = file_bytes / transfer_bytes;
    c->position = (off_t)((c->index * transfers + c->transfer) % slots * transfer_bytes);
    c->end = c->position + (off_t)transfer_bytes;
    c->header_left = header_bytes;
}

static int connect_one(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0) fail("socket");
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
    if (send_buffer_bytes > 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer_bytes, sizeof send_buffer_bytes);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0) fail("connect");
    return fd;
}

/* One call. 0 = the socket is full, 1 = go on, 2 = all transfers of the connection are sent. */
static int step(struct connection *c)
{
    ssize_t sent;
    calls++;
    if (c->header_left > 0) {
        sent = send(c->fd, header, (size_t)c->header_left, MSG_MORE);
    } else {
        long long wanted = c->end - c->position;
        sent = sendfile(c->fd, file, &c->position, (size_t)(wanted < chunk_bytes ? wanted : chunk_bytes));
        if (sent == 0) fail_short();
    }
    if (sent < 0) {
        if (errno == EAGAIN) return 0;
        if (errno == EINTR) return 1;
        fail("sendfile");
    }
    if (c->header_left > 0) {
        c->header_left -= sent;
        return 1;
    }
    double time = now();
    if (times_count < times_max) times[times_count++] = time - c->last;
    c->last = time;
    if (c->position < c->end) return 1;
    c->transfer++;
    if (--c->transfers_left == 0) return 2;
    begin_transfer(c);
    return 1;
}

/* The receiver says how many bytes it got. */
static long long finish(int fd)
{
    int64_t answer;
    int flags = fcntl(fd, F_GETFL);
    fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    if (shutdown(fd, SHUT_WR) != 0) fail("shutdown");
    ssize_t got = recv(fd, &answer, sizeof answer, MSG_WAITALL);
    if (got != sizeof answer) {
        if (got >= 0) errno = ECONNRESET;
        fail("recv");
    }
    close(fd);
    return answer;
}

static void warm_up(void)
{
    int fd = connect_one();
    off_t position = 0;
    while (position < file_bytes && position < WARM_UP_BYTES) {
        if (sendfile(fd, file, &position, (size_t)(file_bytes - position < 65536 ? file_bytes - position : 65536)) <= 0) fail("sendfile");
    }
    finish(fd);
}

static void send_by_epoll(struct connection *connections, int count)
{
    struct epoll_event events[256];
    int set = epoll_create1(0), left = count;
    if (set < 0) fail("epoll_create1");
    for (int i = 0; i < count; i++) {
        struct epoll_event event = { .events = EPOLLOUT, .data.ptr = &connections[i] };
        fcntl(connections[i].fd, F_SETFL, fcntl(connections[i].fd, F_GETFL) | O_NONBLOCK);
        if (epoll_ctl(set, EPOLL_CTL_ADD, connections[i].fd, &event) != 0) fail("epoll_ctl");
    }
    while (left > 0) {
        int ready = epoll_wait(set, events, 256, -1);
        calls++;
        if (ready < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < ready; i++) {
            struct connection *c = events[i].data.ptr;
            int state;
            while ((state = step(c)) == 1) { }
            if (state == 2) {
                epoll_ctl(set, EPOLL_CTL_DEL, c->fd, NULL);
                left--;
            }
        }
    }
    close(set);
}

int main(int argc, char **argv)
{
    if (argc != 11) return 2;
    signal(SIGPIPE, SIG_IGN);
    port = atoi(argv[1]);
    path = argv[2];
    file_bytes = atoll(argv[3]);
    transfer_bytes = atoll(argv[4]);
    transfers = atoll(argv[5]);
    int count = atoi(argv[6]);
    chunk_bytes = atoll(argv[7]);
    header_bytes = atoll(argv[8]);
    no_delay = atoi(argv[9]);
    send_buffer_bytes = atoi(argv[10]);
    file = open(path, O_RDONLY);
    if (file < 0) fail("open");
    memset(header, 'h', sizeof header);
    warm_up();

    struct connection *connections = calloc((size_t)count, sizeof *connections);
    long long chunks = transfers * count * (transfer_bytes / chunk_bytes + 1);
    times_max = (size_t)(chunks < (4 << 20) ? 4 * chunks : 4 << 20);
    times = malloc(times_max * sizeof *times);
    if (connections == NULL || times == NULL) fail("malloc");
    memset(times, 0, times_max * sizeof *times);
    for (int i = 0; i < count; i++) {
        connections[i].fd = connect_one();
        connections[i].index = i;
        connections[i].transfers_left = transfers;
        begin_transfer(&connections[i]);
    }
    printf("ready\n");
    fflush(stdout);
    char line[16];
    if (fgets(line, sizeof line, stdin) == NULL) return 1;

    struct rusage before, after;
    calls = 0;
    getrusage(RUSAGE_SELF, &before);
    double begin = now();
    for (int i = 0; i < count; i++) connections[i].last = begin;
    if (count == 1) while (step(&connections[0]) != 2) { }
    else send_by_epoll(connections, count);
    long long bytes = 0;
    for (int i = 0; i < count; i++) bytes += finish(connections[i].fd);
    double end = now();
    getrusage(RUSAGE_SELF, &after);

    qsort(times, times_count, sizeof *times, by_value);
    printf("{\"bytes\":%lld,\"wallSeconds\":%.9f,\"userSeconds\":%.6f,\"systemSeconds\":%.6f,\"systemCalls\":%lld,"
           "\"voluntarySwitches\":%ld,\"involuntarySwitches\":%ld,\"minorFaults\":%ld,\"majorFaults\":%ld,"
           "\"chunkP50Us\":%.3f,\"chunkP99Us\":%.3f,\"chunkMaxUs\":%.3f}\n",
           bytes, end - begin, seconds_of(after.ru_utime) - seconds_of(before.ru_utime), seconds_of(after.ru_stime) - seconds_of(before.ru_stime),
           calls, after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw, after.ru_minflt - before.ru_minflt,
           after.ru_majflt - before.ru_majflt, times[times_count / 2] * 1e6, times[times_count * 99 / 100] * 1e6, times[times_count - 1] * 1e6);
    fflush(stdout);
    return 0;
}
