using Sluice.Bench.Load.Baseline;
using Sluice.Bench.Load.Brokers;
using Sluice.Bench.Load.CommandLine;
using Sluice.Bench.Load.Reporting;

namespace Sluice.Bench.Load.Comparing;

/// <summary>The floor of a catch-up consumer: the C program with 1 MiB in a call, on a file like the partition's, to the same kind of receiver.</summary>
internal sealed class FetchFloor : IDisposable
{
    private const int CallBytes = 1 << 20;
    private const long TotalBytes = 4_000_000_000;

    private readonly LoadOptions _options;
    private SendfileLoop? _loop;
    private TemporaryDirectory? _directory;

    /// <param name="options">Size of the file, and the receiver.</param>
    public FetchFloor(LoadOptions options) => _options = options;

    /// <summary>Runs it once.</summary>
    public Task<Report> RunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _loop ??= SendfileLoop.Compile();
        string path;
        if (_directory is null)
        {
            _directory = new TemporaryDirectory();
            path = Path.Combine(_directory.Path, "data");
            byte[] block = new byte[CallBytes];
            new Random(20_251).NextBytes(block);
            using FileStream file = File.Create(path);
            for (long left = _options.FileBytes; left > 0; left -= block.Length) file.Write(block, 0, (int)Math.Min(left, block.Length));
        }

        path = Path.Combine(_directory.Path, "data");
        SendfileLoopResult result = _loop.Run(path, _options.FileBytes, TotalBytes, CallBytes, _options.ReceiveLowWaterBytes);
        var report = new Report("sendfile-loop");
        report.Add("broker_cpu_seconds_per_gb", result.CpuSecondsPerGigabyte, 4);
        report.Add("mb_per_second", result.MegabytesPerSecond, 1);
        return Task.FromResult(report);
    }

    public void Dispose()
    {
        _loop?.Dispose();
        _directory?.Dispose();
    }
}
