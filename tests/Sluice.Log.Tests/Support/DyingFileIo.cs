using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Tests.Support;

/// <summary>A disk that dies behind a chosen operation: every later one fails.</summary>
/// <remarks>
/// Faults: a kill (what was done stays) and a power cut (<see cref="CutPower"/>), after which files have only what was flushed, and of the names
/// that were not flushed any may be the old ones; per file, as a file system orders what it does to one. A directory that is renamed or removed
/// counts as flushed inside. A log must survive both, because
/// both happen. Nothing is really flushed: which bytes would be there is known here.
/// </remarks>
internal sealed class DyingFileIo(string backupDirectory) : IFileIo
{
    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<SafeFileHandle, FileState> _states = [];
    private readonly Dictionary<string, FileState> _files = [];
    private readonly List<(string Directory, FileState File, Action Undo)> _unsyncedNames = [];
    private bool _isDead;

    /// <summary>Operations since the start of the journal.</summary>
    public List<string> Journal { get; } = [];

    /// <summary>Whether every operation fails now.</summary>
    public bool IsDead
    {
        get
        {
            lock (_lock)
            {
                return _isDead;
            }
        }
    }

    /// <summary>Hears of each file that is about to be opened, on the thread that opens it, which may do to the log what it likes; null for nobody.</summary>
    public Action<string>? Opening { get; set; }

    /// <summary>Number of operations that succeed; null for all of them.</summary>
    public int? LivesFor { get; set; }

    public SafeFileHandle Open(string path)
    {
        Opening?.Invoke(path);
        lock (_lock)
        {
            ThrowIfDead();
            bool existed = File.Exists(path);
            SafeFileHandle handle = FileIo.Instance.Open(path);
            // What was there before the journal began counts as flushed.
            FileState state = StateOf(path);
            _states.AddOrUpdate(handle, state);
            if (!existed)
            {
                NoteName(path, state, () => File.Delete(path));
                Note($"create {Path.GetFileName(path)}");
            }

            return handle;
        }
    }

    public void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long positionBytes)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.Write(file, bytes, positionBytes);
            Changed(file);
            Note($"write {bytes.Length} bytes");
        }
    }

    public void SetLength(SafeFileHandle file, long lengthBytes)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.SetLength(file, lengthBytes);
            Changed(file);
            Note($"set length {lengthBytes}");
        }
    }

    public void Reserve(SafeFileHandle file, long positionBytes, long lengthBytes)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.Reserve(file, positionBytes, lengthBytes);
            Changed(file);
            Note($"reserve {lengthBytes}");
        }
    }

    public void Copy(SafeFileHandle from, SafeFileHandle to, long positionBytes, long lengthBytes)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.Copy(from, to, positionBytes, lengthBytes);
            Changed(to);
            Note($"copy {lengthBytes} bytes");
        }
    }

    public void Sync(SafeFileHandle file)
    {
        lock (_lock)
        {
            ThrowIfDead();
            if (_states.TryGetValue(file, out FileState? state))
            {
                state.FlushedBytes = RandomAccess.GetLength(file);
                state.IsChanged = false;
            }

            Note("sync file");
        }
    }

    public void Move(string fromPath, string toPath)
    {
        lock (_lock)
        {
            ThrowIfDead();
            Action restoreTarget = Backup(toPath);
            FileState state = StateOf(fromPath);
            FileIo.Instance.Move(fromPath, toPath);
            _files.Remove(fromPath);
            _files[toPath] = state;
            NoteName(toPath, state, () =>
            {
                File.Move(toPath, fromPath, overwrite: true);
                restoreTarget();
            });
            Note($"move {Path.GetFileName(fromPath)} to {Path.GetFileName(toPath)}");
        }
    }

    public void Delete(string path)
    {
        lock (_lock)
        {
            ThrowIfDead();
            if (File.Exists(path))
            {
                Action restore = Backup(path);
                FileState state = StateOf(path);
                FileIo.Instance.Delete(path);
                _files.Remove(path);
                NoteName(path, state, restore);
                Note($"delete {Path.GetFileName(path)}");
            }
        }
    }

    public void CreateDirectory(string path)
    {
        lock (_lock)
        {
            ThrowIfDead();
            if (!Directory.Exists(path))
            {
                FileIo.Instance.CreateDirectory(path);
                // Newest first: a directory is asked about after what lies in it.
                NoteName(path, new FileState(), () => Directory.Delete(path, recursive: true));
                Note($"create {Path.GetFileName(path)}/");
            }
        }
    }

    public void MoveDirectory(string fromPath, string toPath)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.MoveDirectory(fromPath, toPath);
            if (fromPath.EndsWith(PartitionDirectoryName.FutureSuffix, StringComparison.Ordinal))
            {
                Follow(fromPath, toPath); // It is used on under its new name.
            }
            else
            {
                Forget(fromPath);
            }

            NoteName(toPath, new FileState(), () => Directory.Move(toPath, fromPath));
            Note($"move {Path.GetFileName(fromPath)}/ to {Path.GetFileName(toPath)}/");
        }
    }

    public void DeleteDirectory(string path)
    {
        lock (_lock)
        {
            ThrowIfDead();
            FileIo.Instance.DeleteDirectory(path);
            Forget(path);
            Note($"delete {Path.GetFileName(path)}/");
        }
    }

    public void SyncDirectory(string path)
    {
        lock (_lock)
        {
            ThrowIfDead();
            _unsyncedNames.RemoveAll(name => name.Directory == path);
            Note("sync directory");
        }
    }

    /// <summary>Every operation fails from here on: the process is killed, whatever it tries while it is taken down.</summary>
    public void Die()
    {
        lock (_lock)
        {
            _isDead = true;
        }
    }

    /// <summary>A new process over what the killed one left: the disk works again, and what was not flushed is not flushed yet.</summary>
    public void Revive()
    {
        lock (_lock)
        {
            LivesFor = null;
            _isDead = false;
        }
    }

    /// <summary>Takes away what was not flushed. After every file has been closed.</summary>
    /// <param name="loses">
    /// Asked about each file with bytes that were not flushed: whether they are cut off, and if not, whether they are zeros; then, newest first,
    /// about each name that was not flushed; once a file has kept one it keeps its older ones.
    /// </param>
    /// <param name="inOrder">
    /// Whether names reach the disk in the order in which they were changed, as with every file system that journals them (ext4, XFS, Btrfs):
    /// once one is kept, all older ones are.
    /// </param>
    /// <param name="diskOf">
    /// Tells which disk a directory is on; null if there is one only. Names of two disks reach them in any order.
    /// </param>
    public void CutPower(Func<bool> loses, bool inOrder = false, Func<string, int>? diskOf = null)
    {
        // First the bytes, as they lie under the newest names.
        foreach ((string path, FileState state) in _files)
        {
            if (state.IsChanged && File.Exists(path))
            {
                using SafeFileHandle file = FileIo.Instance.Open(path);
                long lengthBytes = RandomAccess.GetLength(file);
                if (loses())
                {
                    RandomAccess.SetLength(file, Math.Min(lengthBytes, state.FlushedBytes));
                }
                else if (lengthBytes > state.FlushedBytes && loses())
                {
                    // The length reached the disk, the bytes did not: file systems without ordering of the two do that.
                    RandomAccess.SetLength(file, state.FlushedBytes);
                    RandomAccess.SetLength(file, lengthBytes);
                }
            }
        }

        var kept = new HashSet<FileState>();
        var settledDisks = new HashSet<int>();
        for (int index = _unsyncedNames.Count - 1; index >= 0; index--)
        {
            (string directory, FileState file, Action undo) = _unsyncedNames[index];
            int disk = diskOf?.Invoke(directory) ?? 0;
            if (settledDisks.Contains(disk))
            {
                continue;
            }

            if (!kept.Contains(file) && (loses() || !kept.Add(file)))
            {
                undo();
            }
            else if (inOrder)
            {
                settledDisks.Add(disk);
            }
        }

        // What is there now is on the device.
        _unsyncedNames.Clear();
        _files.Clear();
    }

    // What is not flushed in a directory is not flushed under its new name either.
    private void Follow(string fromPath, string toPath)
    {
        foreach (string path in _files.Keys.Where(path => Path.GetDirectoryName(path) == fromPath).ToArray())
        {
            _files.Remove(path, out FileState? state);
            _files[Path.Combine(toPath, Path.GetFileName(path))] = state!;
        }

        for (int index = 0; index < _unsyncedNames.Count; index++)
        {
            (string directory, FileState file, Action undo) = _unsyncedNames[index];
            if (directory == fromPath)
            {
                _unsyncedNames[index] = (toPath, file, () => UndoUnder(fromPath, toPath, undo));
            }
        }
    }

    private static void UndoUnder(string oldPath, string newPath, Action undo)
    {
        bool isRenamed = Directory.Exists(newPath);
        if (isRenamed)
        {
            Directory.Move(newPath, oldPath);
        }

        undo();
        if (isRenamed)
        {
            Directory.Move(oldPath, newPath);
        }
    }

    // What lies in a directory on its way out is of no interest any more.
    private void Forget(string directory)
    {
        _unsyncedNames.RemoveAll(name => name.Directory == directory);
        foreach (string path in _files.Keys.Where(path => Path.GetDirectoryName(path) == directory).ToArray())
        {
            _files.Remove(path);
        }
    }

    private FileState StateOf(string path)
    {
        if (!_files.TryGetValue(path, out FileState? state))
        {
            _files[path] = state = new FileState { FlushedBytes = new FileInfo(path).Length };
        }

        return state;
    }

    private void NoteName(string path, FileState file, Action undo) => _unsyncedNames.Add((Path.GetDirectoryName(path)!, file, undo));

    private void Note(string operation)
    {
        Journal.Add(operation);
        _isDead = Journal.Count == LivesFor;
    }

    private void Changed(SafeFileHandle file)
    {
        if (_states.TryGetValue(file, out FileState? state))
        {
            state.IsChanged = true;
        }
    }

    private Action Backup(string path)
    {
        if (!File.Exists(path))
        {
            return static () => { };
        }

        string copy = Path.Combine(Directory.CreateDirectory(backupDirectory).FullName, Guid.NewGuid().ToString("N"));
        File.Copy(path, copy);
        return () => File.Move(copy, path, overwrite: true);
    }

    private void ThrowIfDead()
    {
        if (_isDead)
        {
            throw new IOException("The disk died.", 5);
        }
    }

    private sealed class FileState
    {
        public long FlushedBytes { get; set; }

        public bool IsChanged { get; set; }
    }
}
