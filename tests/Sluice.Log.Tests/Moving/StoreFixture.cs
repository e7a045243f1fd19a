using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Log.Storage;
using Sluice.Log.Tests.Support;
using Sluice.Protocol;

namespace Sluice.Log.Tests.Moving;

/// <summary>A store over some log directories, with one partition in the first, on a clock that the test moves.</summary>
internal sealed class StoreFixture : IAsyncDisposable
{
    public static readonly TopicPartition Partition = new("orders", 0);
    public static readonly Uuid TopicId = new(0x0123456789ABCDEF, 0x1122334455667788);

    private readonly TempDirectory _root = new();
    private readonly int _directoriesCount;

    private StoreFixture(LogConfig config, int directoriesCount)
    {
        Config = config;
        _directoriesCount = directoriesCount;
    }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeMilliseconds(Batches.NowMs));

    public FaultyFileIo[] Disks { get; } = [new(), new(), new()];

    /// <summary>Where file calls go instead; null for the disks.</summary>
    public IFileIo? Io { get; set; }

    public LogConfig Config { get; }

    public LogStore Store { get; private set; } = null!;

    public PartitionLog Log => Store.Find(Partition)!;

    public string Root => _root.Path;

    /// <summary>Index of the directory that the partition is in.</summary>
    public int Place
    {
        get
        {
            string path = Log.LogDirectory.Path;
            return Enumerable.Range(0, _directoriesCount).Single(index => path == Directory(index));
        }
    }

    public static async Task<StoreFixture> CreateAsync(LogConfig? config = null, int directoriesCount = 2)
    {
        var fixture = new StoreFixture(config ?? MixedLog.Config, directoriesCount);
        await fixture.OpenAsync();
        fixture.Store.Create(Partition, TopicId, fixture.Config, isNew: true);
        fixture.Place.ShouldBe(0);
        return fixture;
    }

    /// <summary>A store over a copy of another one's directories, which must be closed.</summary>
    public static async Task<StoreFixture> OpenCopyAsync(StoreFixture other, IFileIo io)
    {
        var fixture = new StoreFixture(other.Config, other._directoriesCount) { Io = io };
        CopyTree(other.Root, fixture.Root);
        await fixture.OpenAsync();
        return fixture;
    }

    public string Directory(int index) => _root.File($"disk{index}");

    /// <summary>Names of what is in a directory beside its small files.</summary>
    public string[] Folders(int index) => [.. System.IO.Directory.GetDirectories(Directory(index)).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public async Task OpenAsync() => Store = await LogStore.OpenAsync(
        [.. Enumerable.Range(0, _directoriesCount).Select(OptionsOf)],
        _ => Config,
        Time,
        NullLoggerFactory.Instance,
        progress: null,
        CancellationToken.None);

    public async Task RestartAsync()
    {
        await Store.DisposeAsync();
        await OpenAsync();
    }

    /// <summary>Restarts as after a kill: the files are copied while the broker has them open, and the copy is what is found.</summary>
    public async Task CrashAsync(Action? damage = null)
    {
        using var copy = new TempDirectory();
        CopyTree(Root, copy.Path);
        await Store.DisposeAsync();
        for (int index = 0; index < _directoriesCount; index++)
        {
            System.IO.Directory.Delete(Directory(index), recursive: true);
        }

        CopyTree(copy.Path, Root);
        damage?.Invoke();
        await OpenAsync();
    }

    public AppendResult Append(byte[] batch, int leaderEpoch = 0) => Log.Append(batch, AppendOrigin.Client, new AppendOptions(leaderEpoch));

    public ErrorCode Move(int index) => Store.Move(Partition, Directory(index));

    /// <summary>Moves the partition, and waits until it is there for good.</summary>
    public async Task MoveAndWaitAsync(int index)
    {
        Move(index).ShouldBe(ErrorCode.None);
        await WaitUntilMovedAsync(index);
    }

    public Task WaitUntilMovedAsync(int index) => Eventually.TrueAsync(() => Place == index && Store.Managers.All(static manager => !manager.Futures.Any()));

    /// <summary>Lets moves copy one piece of 4 KiB, and then stand still until the rate is raised.</summary>
    public void HoldMoves() => Store.MoveBytesPerSecondMax = 1;

    public async Task LetMovesGoAsync()
    {
        Store.MoveBytesPerSecondMax = long.MaxValue;
        // Whoever waits looks at the rate every second.
        while (Store.FutureReplicas.Count > 0)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (FaultyFileIo disk in Disks)
        {
            disk.Failure = null;
        }

        await Store.DisposeAsync();
        _root.Dispose();
    }

    private LogManagerOptions OptionsOf(int index) => new(Directory(index))
    {
        InitialTaskDelayMs = long.MaxValue,
        Cleaner = CleanerSettings.Default with { IsEnabled = false },
        FileIo = Io ?? Disks[index],
    };

    private static void CopyTree(string from, string to)
    {
        System.IO.Directory.CreateDirectory(to);
        foreach (string file in System.IO.Directory.GetFiles(from))
        {
            if (Path.GetFileName(file) != LogDirectoryLock.FileName && !file.EndsWith(".tmp", StringComparison.Ordinal))
            {
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
            }
        }

        foreach (string directory in System.IO.Directory.GetDirectories(from))
        {
            CopyTree(directory, Path.Combine(to, Path.GetFileName(directory)));
        }
    }
}
