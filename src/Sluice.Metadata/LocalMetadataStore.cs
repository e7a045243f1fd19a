using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Sluice.Metadata.Local;
using Sluice.Protocol;

namespace Sluice.Metadata;

/// <summary>The metadata of a cluster of one node, in two files of its first log directory: a log of changes and a snapshot.</summary>
/// <remarks>
/// A commit is one frame, appended and flushed to the device before anybody sees it; the image in memory is always what a replay of the files gives.
/// Commits follow each other under <c>_commitLock</c>, which also guards the log's handle and length. <see cref="Current"/> is read without a lock.
/// Errors: a frame that could not be written is taken back and its caller told. After a flush that failed, nothing is known about the file any more, so
/// every later commit gets the same error until a restart reads what is really there. Layout: docs/formats/metadata-log.md.
/// </remarks>
public sealed partial class LocalMetadataStore : IMetadataStore
{
    /// <summary>The file of changes.</summary>
    public const string LogFileName = "sluice-metadata.log";

    /// <summary>The file that holds everything up to the beginning of the log.</summary>
    public const string SnapshotFileName = "sluice-metadata.snapshot";

    private readonly LocalMetadataStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _commitLock = new(initialCount: 1, maxCount: 1);
    private SafeFileHandle _log;
    private long _logBytes;
    private long _compactAtBytes;
    private ExceptionDispatchInfo? _failure;
    private bool _disposed;

    private LocalMetadataStore(LocalMetadataStoreOptions options, TimeProvider time, ILogger logger, SafeFileHandle log, long logBytes, MetadataImage image)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _log = log;
        _logBytes = logBytes;
        _compactAtBytes = options.CompactAfterBytes;
        _current = image;
    }

    private string LogPath => Path.Combine(_options.Directory, LogFileName);

    private string SnapshotPath => Path.Combine(_options.Directory, SnapshotFileName);

    /// <summary>Opens the store of a directory, or begins one.</summary>
    /// <param name="options">Where, and of which cluster.</param>
    /// <param name="time">Stamps commits for readers of the log.</param>
    /// <param name="loggerFactory">Gets the messages of the store.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="MetadataFileException">A file is damaged, or written by a newer version; nothing was changed.</exception>
    /// <exception cref="IOException">The directory belongs to another cluster than <see cref="LocalMetadataStoreOptions.ClusterId"/> or is in use by
    /// another process, or the disk failed.</exception>
    public static async Task<LocalMetadataStore> OpenAsync(
        LocalMetadataStoreOptions options, TimeProvider time, ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        ILogger logger = loggerFactory.CreateLogger<LocalMetadataStore>();
        return await Task.Run(() => Open(options, time, logger, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a directory holds a store, or what is left of one.</summary>
    /// <param name="directory">Any directory.</param>
    public static bool IsIn(string directory) =>
        File.Exists(Path.Combine(directory, LogFileName)) || File.Exists(Path.Combine(directory, SnapshotFileName));

    /// <summary>Begins the store of a directory with changes that are there from the start: after a crash there is a store with all of them, or none.</summary>
    /// <param name="options">Where, and of which cluster, whose id must be given.</param>
    /// <param name="changes">The first commit; at least one.</param>
    /// <param name="time">Stamps commits for readers of the log.</param>
    /// <param name="loggerFactory">Gets the messages of the store.</param>
    /// <param name="cancellationToken">Gives up before anything is written.</param>
    /// <exception cref="MetadataChangeException">A change does not fit to what the ones before it make; nothing was written.</exception>
    /// <exception cref="IOException">There is a store already, or the disk failed.</exception>
    public static async Task<LocalMetadataStore> BeginAsync(LocalMetadataStoreOptions options, IReadOnlyList<MetadataChange> changes, TimeProvider time,
        ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(time);
        if (options.ClusterId is null) throw new ArgumentException("A store that begins with changes belongs to a cluster.", nameof(options));
        if (changes.Count == 0) throw new ArgumentException("A commit without changes would be a version that says nothing.", nameof(changes));
        ILogger logger = loggerFactory.CreateLogger<LocalMetadataStore>();
        return await Task.Run(
            () =>
            {
                Directory.CreateDirectory(options.Directory);
                if (IsIn(options.Directory)) throw new IOException($"There is a metadata store in {options.Directory} already.");
                return Create(options, changes, time, logger, Path.Combine(options.Directory, LogFileName));
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<CommitResult> CommitAsync(IReadOnlyList<MetadataChange> changes, long expectedVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0) throw new ArgumentException("A commit without changes would be a version that says nothing.", nameof(changes));
        await _commitLock.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _failure?.Throw();
            MetadataImage previous = Current;
            if (previous.Version != expectedVersion) return new CommitResult(CommitStatus.VersionConflict, previous);

            // A copy, so that a caller who goes on filling its list changes neither what observers see nor what is written.
            ImmutableArray<MetadataChange> kept = [.. changes];
            MetadataImage next = previous.Apply(kept);
            // Off the caller's thread: it may be one that serves connections, and a flush takes as long as the device wants.
            await Task.Run(() => Append(new MetadataCommit(next.Version, _time.GetUtcNow().ToUnixTimeMilliseconds(), kept)), CancellationToken.None)
                .ConfigureAwait(false);
            Publish(previous, next, kept);
            if (_logBytes >= _compactAtBytes) await Task.Run(() => TryCompact(next), CancellationToken.None).ConfigureAwait(false);
            return new CommitResult(CommitStatus.Committed, next);
        }
        finally
        {
            _commitLock.Release();
        }
    }

    /// <summary>Waits for the commit under way and closes the log. Everything that was answered is on disk already.</summary>
    public async ValueTask DisposeAsync()
    {
        // The semaphore itself stays: late callers must find a store that says it is disposed, and it holds nothing that needs disposing.
        await _commitLock.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        _log.Dispose();
        _commitLock.Release();
    }

    private static LocalMetadataStore Open(LocalMetadataStoreOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Directory);
        string logPath = Path.Combine(options.Directory, LogFileName);
        string snapshotPath = Path.Combine(options.Directory, SnapshotFileName);
        MetadataImage? image = File.Exists(snapshotPath) ? SnapshotReader.Read(new MetadataFile(snapshotPath, File.ReadAllBytes(snapshotPath))) : null;
        cancellationToken.ThrowIfCancellationRequested();
        if (!File.Exists(logPath))
        {
            // The log is renamed into place before the first commit and replaced by rename, so only a hand can have taken it away.
            if (image is not null) throw new MetadataFileException(logPath, 0, "the file is missing, although there is a snapshot");
            return Create(options, [], time, logger, logPath);
        }

        SafeFileHandle log = File.OpenHandle(logPath, FileMode.Open, FileAccess.ReadWrite, DurableFile.Alone);
        try
        {
            byte[] bytes = ReadAll(log);
            (image, int wholeBytes) = LogReplay.Run(new MetadataFile(logPath, bytes), image);
            if (options.ClusterId is not null && options.ClusterId != image.ClusterId)
            {
                throw new IOException($"The metadata in {options.Directory} is of the cluster {image.ClusterId}, not of {options.ClusterId}.");
            }
            if (wholeBytes < bytes.Length)
            {
                MetadataStoreLog.TailCut(logger, logPath, bytes.Length - wholeBytes, wholeBytes);
                options.Files.SetLength(log, wholeBytes);
                options.Files.Flush(log);
            }
            File.Delete(logPath + DurableFile.TemporarySuffix);
            File.Delete(snapshotPath + DurableFile.TemporarySuffix);
            MetadataStoreLog.Opened(logger, image.ClusterId, image.Version, image.TopicsByName.Count, options.Directory);
            return new LocalMetadataStore(options, time, logger, log, wholeBytes, image);
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    // The rename is what makes the store: before it there is none, and after it everything is in it.
    private static LocalMetadataStore Create(LocalMetadataStoreOptions options, IReadOnlyList<MetadataChange> changes, TimeProvider time, ILogger logger,
        string logPath)
    {
        MetadataImage image = MetadataImage.Empty(options.ClusterId ?? Uuid.NewRandom().ToString());
        ArrayBufferWriter<byte> content = EmptyLog(image);
        if (changes.Count > 0)
        {
            image = image.Apply(changes);
            MetadataFile.WriteFrame(content, new MetadataCommit(image.Version, time.GetUtcNow().ToUnixTimeMilliseconds(), changes), MetadataJson.Default.MetadataCommit);
        }
        SafeFileHandle log = options.Files.Replace(logPath, content.WrittenSpan);
        try
        {
            options.Files.SyncDirectory(options.Directory);
        }
        catch
        {
            log.Dispose();
            throw;
        }
        MetadataStoreLog.Created(logger, image.ClusterId, options.Directory);
        return new LocalMetadataStore(options, time, logger, log, content.WrittenCount, image);
    }

    /// <summary>A log without commits that goes on from an image.</summary>
    private static ArrayBufferWriter<byte> EmptyLog(MetadataImage image)
    {
        var output = new ArrayBufferWriter<byte>();
        var header = new MetadataFileHeader(MetadataFileHeader.FormatNewest, MetadataFileHeader.KindLog, image.ClusterId, image.Version, ChangesCount: 0);
        MetadataFile.WriteFrame(output, header, MetadataJson.Default.MetadataFileHeader);
        return output;
    }

    private static byte[] ReadAll(SafeFileHandle file)
    {
        byte[] bytes = new byte[RandomAccess.GetLength(file)];
        int filledBytes = 0;
        while (filledBytes < bytes.Length)
        {
            int readBytes = RandomAccess.Read(file, bytes.AsSpan(filledBytes), filledBytes);
            if (readBytes == 0) throw new EndOfStreamException("The metadata log became shorter while it was read.");
            filledBytes += readBytes;
        }
        return bytes;
    }

    private void Append(MetadataCommit commit)
    {
        var frame = new ArrayBufferWriter<byte>();
        MetadataFile.WriteFrame(frame, commit, MetadataJson.Default.MetadataCommit);
        try
        {
            _options.Files.Write(_log, frame.WrittenSpan, _logBytes);
        }
        catch (IOException)
        {
            // Most often the disk is full. What was written of the frame goes, so that the next commit finds the end of the log where it expects it.
            Guard(() => _options.Files.SetLength(_log, _logBytes));
            throw;
        }
        Guard(() => _options.Files.Flush(_log));
        _logBytes += frame.WrittenCount;
    }

    private void TryCompact(MetadataImage image)
    {
        try
        {
            Compact(image);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The commit itself is stored. Trying again at every commit would cost each of them a snapshot, so the log may grow by as much again first.
            _compactAtBytes = _logBytes + _options.CompactAfterBytes;
            MetadataStoreLog.CompactionFailed(_logger, error, _options.Directory);
        }
    }

    // The order matters: until the snapshot has its name for good, the log must hold everything. Between the two renames both do, which a replay
    // understands, as it skips commits that the snapshot has.
    private void Compact(MetadataImage image)
    {
        ArrayBufferWriter<byte> snapshot = SnapshotWriter.Write(image);
        _options.Files.Replace(SnapshotPath, snapshot.WrittenSpan).Dispose();
        _options.Files.SyncDirectory(_options.Directory);

        ReadOnlySpan<byte> header = EmptyLog(image).WrittenSpan;
        SafeFileHandle replaced = _log;
        long replacedBytes = _logBytes;
        _log = _options.Files.Replace(LogPath, header);
        _logBytes = header.Length;
        _compactAtBytes = header.Length + _options.CompactAfterBytes;
        replaced.Dispose();
        Guard(() => _options.Files.SyncDirectory(_options.Directory));
        MetadataStoreLog.Compacted(_logger, image.Version, snapshot.WrittenCount, replacedBytes);
    }

    /// <summary>Runs a step after whose failure the files and the image in memory may differ.</summary>
    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (Exception error)
        {
            _failure = ExceptionDispatchInfo.Capture(error);
            MetadataStoreLog.Failed(_logger, error, _options.Directory);
            throw;
        }
    }
}
