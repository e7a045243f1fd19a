/* The ceiling for serving a file over TCP: sendfile(2) in a loop and nothing else.
 *
 *   sendfile_loop FILE FILE_BYTES TOTAL_BYTES CHUNK_BYTES
 *
 * Listens on a free port of 127.0.0.1 and prints "port N". Accepts one connection and sends the first FILE_BYTES of FILE over and
 * over, CHUNK_BYTES a call, until TOTAL_BYTES are sent; then prints one line of name=value pairs: bytes, wall and processor time in
 * seconds, calls, and context switches. The times begin with the first call and end with the last.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void die(const char *what)
{
    fprintf(stderr, "sendfile_loop: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static int accept_one(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t address_bytes = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    if (listener < 0) die("socket");
    if (bind(listener, (struct sockaddr *)&address, address_bytes) != 0) die("bind");
    if (listen(listener, 1) != 0) die("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &address_bytes) != 0) die("getsockname");
    printf("port %d\n", ntohs(address.sin_port));
    fflush(stdout);
    int connection = accept(listener, NULL, NULL);
    if (connection < 0) die("accept");
    close(listener);
    return connection;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: sendfile_loop FILE FILE_BYTES TOTAL_BYTES CHUNK_BYTES\n");
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    int file = open(argv[1], O_RDONLY);
    if (file < 0) die(argv[1]);
    long long file_bytes = atoll(argv[2]);
    long long total_bytes = atoll(argv[3]);
    size_t chunk_bytes = (size_t)atoll(argv[4]);
    if (file_bytes <= 0 || total_bytes <= 0 || chunk_bytes == 0) {
        fprintf(stderr, "sendfile_loop: the amounts must be above zero\n");
        return 2;
    }
    int connection = accept_one();

    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    double begin = now();
    long long sent_bytes = 0, calls = 0;
    off_t position = 0;
    while (sent_bytes < total_bytes) {
        size_t wanted = chunk_bytes;
        if ((long long)wanted > total_bytes - sent_bytes) wanted = (size_t)(total_bytes - sent_bytes);
        if ((long long)wanted > file_bytes - position) wanted = (size_t)(file_bytes - position);
        ssize_t sent = sendfile(connection, file, &position, wanted);
        calls++;
        if (sent < 0) {
            if (errno == EINTR) continue;
            die("sendfile");
        }
        if (sent == 0) {
            errno = EIO; /* The file is shorter than it was said to be. */
            die(argv[1]);
        }
        sent_bytes += sent;
        if (position >= file_bytes) position = 0;
    }
    double end = now();
    getrusage(RUSAGE_SELF, &after);
    printf("bytes=%lld wall=%.6f user=%.6f system=%.6f calls=%lld voluntary=%ld involuntary=%ld\n", sent_bytes, end - begin,
           seconds_of(after.ru_utime) - seconds_of(before.ru_utime), seconds_of(after.ru_stime) - seconds_of(before.ru_stime), calls,
           after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw);
    fflush(stdout);
    close(connection);
    return 0;
}
