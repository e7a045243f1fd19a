using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Sluice.Transfer;

namespace Sluice.Samples.FileServer.Files;

/// <summary>Finds files by path, and keeps those open for a moment that were asked for.</summary>
/// <remarks>
/// <para>
/// A file is opened again once its entry is older than <c>keptOpen</c>: a change on the disk shows after that time at most.
/// The table is bounded; where it is full, files are opened for one answer each.
/// </para>
/// <para>Safe on any thread. The table owns one reference of each file in it.</para>
/// </remarks>
internal sealed class FileStore(RootFolder root, TimeSpan keptOpen, int filesMax, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<byte[], ServedFile> _open = new(PathComparer.Instance);
    private volatile bool _isDisposed;

    /// <summary>Looks a file up that is open already; never waits for the disk.</summary>
    /// <param name="path">As <see cref="Http.TargetPath.Decode"/> leaves it.</param>
    /// <param name="file">With a reference for the caller.</param>
    public bool TryGetOpen(ReadOnlySpan<byte> path, [NotNullWhen(true)] out ServedFile? file) =>
        _open.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(path, out file)
            && time.GetElapsedTime(file.OpenedTimestamp) < keptOpen
            && file.File.TryAddReference();

    /// <summary>Opens a file, or says with a status why it cannot be had; may wait for the disk.</summary>
    /// <param name="path">As <see cref="Http.TargetPath.Decode"/> leaves it.</param>
    /// <param name="file">With a reference for the caller, where the status is 200.</param>
    public int Open(ReadOnlySpan<byte> path, out ServedFile? file)
    {
        file = null;
        OpenedFile opened = root.Open(path);
        if (opened.Handle is null)
        {
            return opened.Status;
        }

        byte[] key = path.ToArray();
        TransferFile transferFile = new(opened.Handle, System.Text.Encoding.UTF8.GetString(path));
        file = new ServedFile(transferFile, path, opened.LengthBytes, opened.Modified, opened.Version, time.GetTimestamp());
        Keep(key, file);
        return 200;
    }

    /// <summary>Closes files whose time is over.</summary>
    public void Sweep()
    {
        foreach ((byte[] path, ServedFile file) in _open)
        {
            if (_isDisposed || time.GetElapsedTime(file.OpenedTimestamp) >= keptOpen)
            {
                Drop(path, file);
            }
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        Sweep();
        root.Dispose();
    }

    private void Keep(byte[] path, ServedFile file)
    {
        if (keptOpen <= TimeSpan.Zero || _isDisposed)
        {
            return;
        }

        if (_open.TryGetValue(path, out ServedFile? old))
        {
            Drop(path, old);
        }

        if (_open.Count < filesMax && file.File.TryAddReference() && !_open.TryAdd(path, file))
        {
            file.File.Release();
        }

        if (_isDisposed)
        {
            // Disposed while this was added: whoever sees it last takes it out again.
            Drop(path, file);
        }
    }

    private void Drop(byte[] path, ServedFile file)
    {
        if (_open.TryRemove(new KeyValuePair<byte[], ServedFile>(path, file)))
        {
            file.File.Release();
        }
    }
}
