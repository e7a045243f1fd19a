/*
 * What it costs to bring a file from the disk into the page cache, a chunk at a time, by the ways that a server could take.
 *
 *   cc -O2 -o /tmp/cold_costs bench/baseline/cold_costs.c && /tmp/cold_costs FOLDER [MIB] [ROUNDS]
 *
 * Makes a file of random bytes in FOLDER and removes it. Prints the throughput and the processor time of each way, medians of interleaved rounds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define CHUNK_BYTES (1 << 20)
#define ROUNDS_MAX 99
#define WAYS 5

static const char *names[WAYS] = {
    "pread of 1 MiB", "pread of 64 KiB", "splice of 1 MiB to /dev/null", "readahead of 2 MiB, one byte of each 128 KiB", "readahead of 2 MiB, the last byte",
};
static char buffer[CHUNK_BYTES];
static double seconds[WAYS][ROUNDS_MAX], cpu_seconds[WAYS][ROUNDS_MAX];

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu(void)
{
    struct rusage r;
    getrusage(RUSAGE_SELF, &r);
    return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static int compare(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static double median(double *values, int count)
{
    qsort(values, count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void read_at(int file, size_t bytes, off_t position)
{
    if (pread(file, buffer, bytes, position) != (ssize_t)bytes) fail("pread");
}

static void splice_chunk(int file, int *pipe_ends, int null, off_t position)
{
    for (loff_t at = position; at < position + CHUNK_BYTES;) {
        ssize_t in = splice(file, &at, pipe_ends[1], NULL, position + CHUNK_BYTES - at, 0);
        if (in <= 0) fail("splice");
        while (in > 0) {
            ssize_t out = splice(pipe_ends[0], NULL, null, NULL, in, 0);
            if (out <= 0) fail("splice");
            in -= out;
        }
    }
}

static void bring(int way, int file, int *pipe_ends, int null, off_t position)
{
    switch (way) {
    case 0: read_at(file, CHUNK_BYTES, position); break;
    case 1: for (int i = 0; i < 16; i++) read_at(file, 64 << 10, position + i * (64 << 10)); break;
    case 2: splice_chunk(file, pipe_ends, null, position); break;
    case 3:
        readahead(file, position, 2 * CHUNK_BYTES);
        for (int i = 1; i <= 8; i++) read_at(file, 1, position + i * (128 << 10) - 1);
        break;
    default:
        readahead(file, position, 2 * CHUNK_BYTES);
        read_at(file, 1, position + CHUNK_BYTES - 1);
    }
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: cold_costs FOLDER [MIB] [ROUNDS]\n");
        return 2;
    }
    long mib = argc > 2 ? atol(argv[2]) : 512;
    int rounds = argc > 3 ? atoi(argv[3]) : 5;
    if (mib < 1 || rounds < 1 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "cold_costs: MIB is 1 or more, ROUNDS 1 to %d\n", ROUNDS_MAX);
        return 2;
    }
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/cold-costs-XXXXXX", argv[1]);
    int made = mkstemp(path), null = open("/dev/null", O_WRONLY), pipe_ends[2];
    if (made < 0 || null < 0 || pipe(pipe_ends) != 0) fail(path);
    fcntl(pipe_ends[1], F_SETPIPE_SZ, CHUNK_BYTES);
    for (long i = 0; i < mib; i++) {
        for (size_t done = 0; done < sizeof buffer;) {
            ssize_t got = getrandom(buffer + done, sizeof buffer - done, 0);
            if (got < 0) fail("getrandom");
            done += (size_t)got;
        }
        if (write(made, buffer, sizeof buffer) != sizeof buffer) fail("write");
    }
    if (fsync(made) != 0) fail("fsync");
    close(made);
    for (int round = 0; round < rounds; round++) {
        for (int way = 0; way < WAYS; way++) {
            int file = open(path, O_RDONLY);
            if (file < 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0) fail(path);
            close(file);
            file = open(path, O_RDONLY);
            double began = now(), cpu_began = cpu();
            for (long i = 0; i < mib; i++) bring(way, file, pipe_ends, null, (off_t)i * CHUNK_BYTES);
            seconds[way][round] = now() - began;
            cpu_seconds[way][round] = cpu() - cpu_began;
            close(file);
        }
    }
    unlink(path);
    double megabytes = mib * (CHUNK_BYTES / 1e6);
    for (int way = 0; way < WAYS; way++)
        printf("%-45s %6.0f MB/s  %.3f CPU s/GB\n", names[way], megabytes / median(seconds[way], rounds), median(cpu_seconds[way], rounds) / megabytes * 1000);
    return 0;
}
