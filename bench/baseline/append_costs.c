/*
 * What it costs to take a produced batch from the socket into the log, way by way: the figures of docs/adr/0006.
 *
 *     cc -O2 -msse4.2 -o /tmp/append_costs bench/baseline/append_costs.c && /tmp/append_costs DIRECTORY [MEGABYTES [ROUNDS]]
 *
 * DIRECTORY takes a file of MEGABYTES (1000) for the time of each run, and should be on a disk. A child process sends batches over one TCP
 * connection of the loopback interface; the parent receives each, computes its CRC-32C and has it in the file. The ways take turns.
 * Times are processor seconds of the receiver, for a GB (10^9 bytes); medians of the rounds, with least and most. "machine" is what all
 * processors did meanwhile, sender and the kernel's own threads included.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nmmintrin.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif
#define HEAD_BYTES 128
#define SLICE_BYTES (256 * 1024)
#define WINDOW_BYTES (16L << 20)
#define ROUNDS_MAX 31

enum way { PIECES, WHOLE, SLICED, SPLICED, MAPPED, POPULATED, HUGE, WARM, WAYS };
static const char *way_names[WAYS] = {
    "as it arrives into a buffer, pwrite",
    "once all of it is there into a buffer, pwrite",
    "once all of it is there by slices of 128 KiB, pwrite",
    "once all of it is there by splice, CRC of the mapped file",
    "once all of it is there into the mapped file",
    "the same, its pages made first (MADV_POPULATE_WRITE)",
    "the same, read ahead in large folios first",
    "the same, into pages that are there and mapped already",
};
static const long sizes[] = { 4L << 10, 16L << 10, 64L << 10, 256L << 10, 1L << 20 };
#define SIZES ((int)(sizeof sizes / sizeof *sizes))

static char *buffer;

static void fail(const char *what) { perror(what); exit(1); }

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double own_cpu(void) {
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    return use.ru_utime.tv_sec + use.ru_stime.tv_sec + (use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static double machine_cpu(void) {
    unsigned long long user, nice, system, idle, iowait, irq, softirq;
    FILE *file = fopen("/proc/stat", "r");
    if (!file || fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle, &iowait, &irq, &softirq) != 7) fail("/proc/stat");
    fclose(file);
    return (double)(user + nice + system + irq + softirq) / sysconf(_SC_CLK_TCK);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint32_t crc_append(uint32_t crc, const char *bytes, long length) {
    uint64_t state = crc;
    for (; length >= 8; bytes += 8, length -= 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        state = _mm_crc32_u64(state, word);
    }
    for (; length > 0; bytes++, length--) state = _mm_crc32_u8((uint32_t)state, (unsigned char)*bytes);
    return (uint32_t)state;
}

static void receive(int socket, char *to, long length) {
    while (length > 0) {
        ssize_t got = recv(socket, to, length, 0);
        if (got <= 0) fail("recv");
        to += got;
        length -= got;
    }
}

/* The head is received first, as a broker must to know what comes; then the wait for the rest, which wakes nobody before it is there. */
static void await_rest(int socket, long length) {
    int low = (int)length, one = 1;
    if (setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof low)) fail("SO_RCVLOWAT");
    struct pollfd wait = { .fd = socket, .events = POLLIN };
    if (poll(&wait, 1, -1) != 1) fail("poll");
    if (setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof one)) fail("SO_RCVLOWAT");
}

static uint32_t run_buffered(int socket, int file, enum way way, long batch, long count) {
    uint32_t sum = 0;
    for (long i = 0; i < count; i++) {
        receive(socket, buffer, HEAD_BYTES);
        if (way != PIECES) await_rest(socket, batch - HEAD_BYTES);
        receive(socket, buffer + HEAD_BYTES, batch - HEAD_BYTES);
        sum ^= crc_append(~0u, buffer, batch);
        if (pwrite(file, buffer, batch, i * batch) != batch) fail("pwrite");
    }
    return sum;
}

static uint32_t run_sliced(int socket, int file, long batch, long count) {
    uint32_t sum = 0;
    const long slice_bytes = 128 * 1024;
    for (long i = 0; i < count; i++) {
        receive(socket, buffer, HEAD_BYTES);
        await_rest(socket, batch - HEAD_BYTES);
        long done = 0, held = HEAD_BYTES;
        while (done < batch) {
            long slice = batch - done < slice_bytes ? batch - done : slice_bytes;
            receive(socket, buffer + held, slice - held);
            sum = crc_append(sum, buffer, slice);
            if (pwrite(file, buffer, slice, i * batch + done) != slice) fail("pwrite");
            done += slice;
            held = 0;
        }
    }
    return sum;
}

static uint32_t run_spliced(int socket, int file, long batch, long count) {
    uint32_t sum = 0;
    int ends[2];
    if (pipe(ends)) fail("pipe");
    fcntl(ends[1], F_SETPIPE_SZ, 1 << 20);
    char *window = NULL;
    long window_start = 0, window_end = 0, page = sysconf(_SC_PAGESIZE);
    for (long i = 0; i < count; i++) {
        long at = i * batch;
        if (at + batch > window_end) {
            if (window) munmap(window, window_end - window_start);
            window_start = at / page * page;
            window_end = window_start + WINDOW_BYTES;
            window = mmap(NULL, WINDOW_BYTES, PROT_READ, MAP_SHARED, file, window_start);
            if (window == MAP_FAILED) fail("mmap");
        }
        receive(socket, buffer, HEAD_BYTES);
        await_rest(socket, batch - HEAD_BYTES);
        if (pwrite(file, buffer, HEAD_BYTES, at) != HEAD_BYTES) fail("pwrite");
        loff_t to = at + HEAD_BYTES;
        for (long rest = batch - HEAD_BYTES; rest > 0;) {
            long in_pipe = splice(socket, NULL, ends[1], NULL, rest, SPLICE_F_MOVE | SPLICE_F_MORE);
            if (in_pipe <= 0) fail("splice from the socket");
            rest -= in_pipe;
            while (in_pipe > 0) {
                long written = splice(ends[0], NULL, file, &to, in_pipe, SPLICE_F_MOVE);
                if (written <= 0) fail("splice into the file");
                in_pipe -= written;
            }
        }
        sum = crc_append(sum, window + (at - window_start), batch);
    }
    munmap(window, window_end - window_start);
    close(ends[0]);
    close(ends[1]);
    return sum;
}

static uint32_t run_mapped(int socket, int file, enum way way, long batch, long count) {
    uint32_t sum = 0;
    char *window = NULL;
    long window_start = 0, window_end = 0, populated = 0, page = sysconf(_SC_PAGESIZE);
    for (long i = 0; i < count; i++) {
        /* WARM: the same pages again and again, so that what pages cost is left out. */
        long at = way == WARM ? i % (WINDOW_BYTES / batch) * batch : i * batch;
        if (at + batch > window_end) {
            if (window) munmap(window, window_end - window_start);
            window_start = at / page * page;
            window_end = window_start + WINDOW_BYTES;
            populated = window_start;
            if (fallocate(file, 0, window_start, WINDOW_BYTES)) fail("fallocate");
            window = mmap(NULL, WINDOW_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, window_start);
            if (window == MAP_FAILED) fail("mmap");
            if (way == HUGE && (madvise(window, WINDOW_BYTES, MADV_HUGEPAGE) | readahead(file, window_start, WINDOW_BYTES))) perror("readahead");
        }
        char *to = window + (at - window_start);
        if ((way == POPULATED || way == HUGE) && at + batch > populated) {
            long until = (at + batch + page - 1) / page * page;
            if (until > window_end) until = window_end;
            if (madvise(window + (populated - window_start), until - populated, MADV_POPULATE_WRITE)) fail("MADV_POPULATE_WRITE");
            populated = until;
        }
        receive(socket, buffer, HEAD_BYTES);
        await_rest(socket, batch - HEAD_BYTES);
        memcpy(to, buffer, HEAD_BYTES);
        uint32_t crc = crc_append(~0u, to, HEAD_BYTES);
        for (long done = HEAD_BYTES; done < batch;) {
            long slice = batch - done < SLICE_BYTES ? batch - done : SLICE_BYTES;
            receive(socket, to + done, slice);
            crc = crc_append(crc, to + done, slice);
            done += slice;
        }
        sum ^= crc;
    }
    munmap(window, window_end - window_start);
    return sum;
}

static void send_all(int listener, long batch, long count) {
    struct sockaddr_in address;
    socklen_t length = sizeof address;
    getsockname(listener, (struct sockaddr *)&address, &length);
    int out = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (connect(out, (struct sockaddr *)&address, length)) fail("connect");
    setsockopt(out, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    for (long i = 0; i < count; i++) {
        for (long done = 0; done < batch;) {
            ssize_t sent = send(out, buffer + done, batch - done, 0);
            if (sent <= 0) fail("send");
            done += sent;
        }
    }
}

static void run(const char *path, enum way way, long batch, long total, double *cpu, double *machine, double *speed) {
    long count = total / batch;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1)) fail("listen");
    pid_t child = fork();
    if (child == 0) {
        send_all(listener, batch, count);
        _exit(0);
    }
    int in = accept(listener, NULL, NULL), file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (in < 0 || file < 0) fail(path);
    double cpu_before = own_cpu(), machine_before = machine_cpu(), before = now();
    uint32_t sum = way >= MAPPED ? run_mapped(in, file, way, batch, count)
        : way == SPLICED ? run_spliced(in, file, batch, count)
        : way == SLICED ? run_sliced(in, file, batch, count)
        : run_buffered(in, file, way, batch, count);
    double gigabytes = count * batch / 1e9;
    *cpu = (own_cpu() - cpu_before) / gigabytes;
    *speed = gigabytes * 1000 / (now() - before);
    waitpid(child, NULL, 0);
    *machine = (machine_cpu() - machine_before) / gigabytes;
    if (sum == 1) puts(""); /* Keeps the checksum from being left out. */
    close(in);
    close(listener);
    close(file);
    unlink(path);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "usage: %s DIRECTORY [MEGABYTES [ROUNDS]]\n", argv[0]);
        return 2;
    }
    long total = (argc > 2 ? atol(argv[2]) : 1000) * 1000000L;
    int rounds = argc > 3 ? atoi(argv[3]) : 5;
    if (total <= 0 || rounds < 1 || rounds > ROUNDS_MAX) return 2;
    char path[4096];
    snprintf(path, sizeof path, "%s/append_costs.%d", argv[1], getpid());
    buffer = malloc(sizes[SIZES - 1]);
    for (long i = 0; i < sizes[SIZES - 1]; i++) buffer[i] = (char)(i * 31 >> 3);
    for (int size = 0; size < SIZES; size++) {
        double cpu[WAYS][ROUNDS_MAX], machine[WAYS][ROUNDS_MAX], speed[WAYS][ROUNDS_MAX];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < WAYS; i++) {
                int way = (i + round) % WAYS; /* Who is first changes. */
                run(path, way, sizes[size], total, &cpu[way][round], &machine[way][round], &speed[way][round]);
            }
        }
        printf("batches of %ld KiB\n", sizes[size] >> 10);
        for (int way = 0; way < WAYS; way++) {
            qsort(cpu[way], rounds, sizeof(double), by_value);
            qsort(machine[way], rounds, sizeof(double), by_value);
            qsort(speed[way], rounds, sizeof(double), by_value);
            printf("  %-58s %.3f s/GB (%.3f to %.3f), machine %.2f, %.0f MB/s\n", way_names[way], cpu[way][rounds / 2], cpu[way][0],
                cpu[way][rounds - 1], machine[way][rounds / 2], speed[way][rounds / 2]);
        }
    }
    return 0;
}
