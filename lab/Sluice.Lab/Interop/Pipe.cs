namespace Sluice.Lab.Interop;

/// <summary>A pipe for splice(2): what holds references to pages between file and socket.</summary>
internal sealed unsafe class Pipe : IDisposable
{
    private const int PageBytes = 4096;

    /// <summary>Makes a pipe that holds a chunk, or as much of it as this system allows one process.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal Pipe(int wantedBytes)
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, 0) != 0) throw new IOException($"pipe2: {LibC.LastErrorMessage()}");
        ReadFd = ends[0];
        WriteFd = ends[1];
        int limitBytes = int.Parse(File.ReadAllText("/proc/sys/fs/pipe-max-size"), System.Globalization.CultureInfo.InvariantCulture);
        int capacity = LibC.fcntl(WriteFd, LibC.F_SETPIPE_SZ, Math.Min(wantedBytes, limitBytes));

        // A pipe of the default size works as well: each call moves less.
        CapacityBytes = capacity > 0 ? capacity : 16 * PageBytes;
    }

    internal int ReadFd { get; }

    internal int WriteFd { get; }

    /// <summary>Bytes that fit, if each page is full.</summary>
    internal int CapacityBytes { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = LibC.close(ReadFd);
        _ = LibC.close(WriteFd);
    }
}
