/*
 * What the steps of a transfer cost, one by one: the figures of docs/internals/transfer.md.
 *
 *     cc -O2 -o /tmp/transfer_costs bench/baseline/transfer_costs.c && /tmp/transfer_costs DIRECTORY
 *
 * DIRECTORY takes a file of 64 MiB for the time of the run, and should be on a disk. Everything goes over one TCP connection of the
 * loopback interface to a child process that discards it (MSG_TRUNC); times are processor seconds of the sender.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif
#define FILE_BYTES (64L << 20)
#define HEADER_BYTES 100
#define ROUNDS 5

static char buffer[1 << 20];

static void fail(const char *what) { perror(what); exit(1); }

static double wall_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static double cpu_us(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + use.ru_utime.tv_usec + use.ru_stime.tv_usec;
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, int count) {
    qsort(values, count, sizeof *values, by_value);
    return values[count / 2];
}

static long cached_pages(int file, uint64_t position, uint64_t length) {
    uint64_t range[2] = { position, length }, found[5] = { 0 };
    return syscall(451, file, range, found, 0) == 0 ? (long)found[0] : -1;
}

static ssize_t read_no_wait(int file, long position) {
    char byte;
    struct iovec vector = { &byte, 1 };
    return preadv2(file, &vector, 1, position, RWF_NOWAIT);
}

static void evict(int file) {
    fsync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
}

static int make_file(const char *directory, long write_bytes) {
    char path[4096];
    snprintf(path, sizeof path, "%s/transfer_costs.tmp", directory);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0) fail(path);
    unlink(path);
    for (long done = 0; done < FILE_BYTES; done += write_bytes)
        if (write(file, buffer, write_bytes) != write_bytes) fail("write");
    return file;
}

static void probes(int file, const char *written) {
    const long lengths[] = { 4096, 64 << 10, 1 << 20 };
    const int count = 20000;
    for (int i = 0; i < 3; i++) {
        double begin = wall_us();
        for (int n = 0; n < count; n++) cached_pages(file, (uint64_t)(n % 63) << 20, lengths[i]);
        printf("cachestat of %7ld bytes, %s: %6.2f us\n", lengths[i], written, (wall_us() - begin) / count);
    }
    double begin = wall_us();
    for (int n = 0; n < count; n++) read_no_wait(file, (long)(n % 63) << 20);
    printf("preadv2 of 1 byte, RWF_NOWAIT, %s: %6.2f us\n", written, (wall_us() - begin) / count);
}

/* Whether a read that may not wait leaves what is cold alone. */
static void cold_probe(int file) {
    const int count = 500;
    int found = 0, begun = 0;
    for (int n = 0; n < count; n++) {
        long position = (long)((n * 37) % 60) << 20;
        evict(file);
        if (cached_pages(file, 0, FILE_BYTES) != 0) continue;
        found += read_no_wait(file, position) == 1;
        begun += cached_pages(file, position, 4096) == 1;
    }
    printf("cold pages that a RWF_NOWAIT read began to read in: %d of %d; whose byte it brought: %d\n", begun, count, found);
}

static void cold_read(int file) {
    const int count = 400;
    double times[400];
    for (int n = 0; n < count; n++) {
        evict(file);
        double begin = wall_us();
        if (pread(file, buffer, 4157, (long)((n * 37) % 60) << 20) < 0) fail("pread");
        times[n] = wall_us() - begin;
    }
    double middle = median(times, count);
    printf("pread of 4157 cold bytes: median %.0f us, 99th percentile %.0f us\n", middle, times[count * 99 / 100]);
}

static int connect_to_discarder(pid_t *child) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1) || getsockname(listener, (void *)&address, &length)) fail("listen");
    *child = fork();
    if (*child == 0) {
        int peer = accept(listener, NULL, NULL);
        while (recv(peer, buffer, sizeof buffer, MSG_TRUNC) > 0) { }
        _exit(0);
    }
    int sender = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(sender, (void *)&address, sizeof address)) fail("connect");
    setsockopt(sender, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    close(listener);
    return sender;
}

static void send_all(int sender, const char *bytes, long length, int flags) {
    while (length > 0) {
        ssize_t sent = send(sender, bytes, length, flags);
        if (sent < 0) fail("send");
        bytes += sent;
        length -= sent;
    }
}

static void send_region(int sender, int file, off_t position, long length) {
    while (length > 0) {
        ssize_t sent = sendfile(sender, file, &position, length);
        if (sent <= 0) fail("sendfile");
        length -= sent;
    }
}

static void copy_or_sendfile(int sender, int file) {
    const long lengths[] = { 1 << 10, 2 << 10, 4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10 };
    for (int i = 0; i < 7; i++) {
        const int count = 4000;
        double copied[ROUNDS], spliced[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double begin = cpu_us();
            for (int n = 0; n < count; n++) {
                if (pread(file, buffer + HEADER_BYTES, lengths[i], (long)(n % 500) << 16) < 0) fail("pread");
                send_all(sender, buffer, HEADER_BYTES + lengths[i], 0);
            }
            copied[round] = (cpu_us() - begin) / count;
            begin = cpu_us();
            for (int n = 0; n < count; n++) {
                send_all(sender, buffer, HEADER_BYTES, MSG_MORE);
                send_region(sender, file, (long)(n % 500) << 16, lengths[i]);
            }
            spliced[round] = (cpu_us() - begin) / count;
        }
        printf("header and %5ld bytes: pread + send %6.2f us, send + sendfile %6.2f us\n", lengths[i], median(copied, ROUNDS), median(spliced, ROUNDS));
    }
}

static void call_sizes(int sender, int file) {
    const long lengths[] = { 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20 };
    for (int i = 0; i < 5; i++) {
        double costs[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            double begin = cpu_us();
            for (int pass = 0; pass < 8; pass++)
                for (long position = 0; position < FILE_BYTES; position += lengths[i]) send_region(sender, file, position, lengths[i]);
            costs[round] = (cpu_us() - begin) / (8.0 * FILE_BYTES / 1e9) / 1e6;
        }
        printf("sendfile in calls of %8ld bytes: %.3f s/GB\n", lengths[i], median(costs, ROUNDS));
    }
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: transfer_costs DIRECTORY\n");
        return 2;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    int appended = make_file(argv[1], 4096);
    probes(appended, "written 4 KiB at a time");
    close(appended);
    int file = make_file(argv[1], sizeof buffer);
    probes(file, "written 1 MiB at a time");
    cold_probe(file);
    cold_read(file);
    for (long position = 0; position < FILE_BYTES; position += sizeof buffer)
        if (pread(file, buffer, sizeof buffer, position) < 0) fail("pread");
    pid_t child;
    int sender = connect_to_discarder(&child);
    copy_or_sendfile(sender, file);
    call_sizes(sender, file);
    close(sender);
    waitpid(child, NULL, 0);
    return 0;
}
