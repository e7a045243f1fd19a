using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Support;

/// <summary>A log directory with one partition, on a clock that the test moves.</summary>
internal sealed class LogFixture : IAsyncDisposable
{
    public static readonly TopicPartition Partition = new("orders", 0);
    public static readonly Uuid TopicId = new(0x0123456789ABCDEF, 0x1122334455667788);

    private readonly TempDirectory _directory = new();
    private readonly LogManagerOptions _options;

    private LogFixture(LogConfig config, Action<LogManagerOptions>? configure)
    {
        Config = config;
        // Background work begins only in the tests that ask for it; the others would race with it.
        _options = new LogManagerOptions(_directory.Path)
        {
            InitialTaskDelayMs = long.MaxValue,
            Cleaner = CleanerSettings.Default with { IsEnabled = false },
        };
        configure?.Invoke(_options);
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Batches.NowMs));

    public FaultyFileIo Io { get; } = new();

    public LogConfig Config { get; set; }

    public LogManager Manager { get; private set; } = null!;

    public PartitionLog Log => Manager.Find(Partition)!;

    public string LogDirectory => _directory.Path;

    public string PartitionDirectory => _directory.File(Partition.ToString());

    public static async Task<LogFixture> CreateAsync(LogConfig? config = null, Action<LogManagerOptions>? configure = null)
    {
        var fixture = new LogFixture(config ?? LogConfig.Default, configure);
        fixture._options.FileIo = fixture.Io;
        await fixture.OpenAsync();
        fixture.Manager.Create(Partition, TopicId, fixture.Config);
        return fixture;
    }

    /// <summary>A directory like another one's, which must be closed or on a standstill, opened through a disk of the test's own.</summary>
    public static async Task<LogFixture> OpenCopyAsync(string logDirectory, LogConfig config, Storage.IFileIo io)
    {
        var fixture = new LogFixture(config, configure: null);
        Directory.Delete(fixture.LogDirectory);
        CopyTree(logDirectory, fixture.LogDirectory);
        fixture.UseIo(io);
        await fixture.OpenAsync();
        return fixture;
    }

    public async Task OpenAsync() => Manager = await LogManager.OpenAsync(
        _options, _ => Config, Time, NullLoggerFactory.Instance, progress: null, CancellationToken.None);

    /// <summary>Where file calls go from the next start on.</summary>
    public void UseIo(Storage.IFileIo io) => _options.FileIo = io;

    public async Task RestartAsync()
    {
        await Manager.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Restarts as after a kill: the files are copied while the broker has them open, and the copy is what is found.</summary>
    public async Task CrashAsync(Action? damage = null)
    {
        string copy = _directory.Path + "-crashed";
        CopyTree(_directory.Path, copy);
        await Manager.DisposeAsync();
        Directory.Delete(_directory.Path, recursive: true);
        Directory.Move(copy, _directory.Path);
        damage?.Invoke();
        await OpenAsync();
    }

    public AppendResult Append(byte[] batch, int leaderEpoch = 0) => Log.Append(batch, AppendOrigin.Client, new AppendOptions(leaderEpoch));

    public AppendResult AppendMarker(byte[] batch, bool version2 = false) =>
        Log.Append(batch, AppendOrigin.Coordinator, new AppendOptions(0) { IsTransactionVersion2 = version2 });

    public string File(long offset, string extension) => Segments.SegmentFiles.Path(PartitionDirectory, offset, extension);

    public async ValueTask DisposeAsync()
    {
        Io.Failure = null;
        await Manager.DisposeAsync();
        _directory.Dispose();
    }

    // A background flush may let go of a deleted segment meanwhile, whose files then go.
    private static void CopyIfThere(string from, string to)
    {
        try
        {
            System.IO.File.Copy(from, to);
        }
        catch (FileNotFoundException) when (!System.IO.File.Exists(from))
        {
            System.IO.File.Delete(to);
        }
    }

    private static void CopyTree(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            if (Path.GetFileName(file) != LogDirectoryLock.FileName && !file.EndsWith(".tmp", StringComparison.Ordinal))
            {
                CopyIfThere(file, Path.Combine(to, Path.GetFileName(file)));
            }
        }

        foreach (string directory in Directory.GetDirectories(from))
        {
            CopyTree(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
