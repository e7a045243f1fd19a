using Microsoft.Win32.SafeHandles;
using Sluice.Log.Storage;

namespace Sluice.Log.Indexes;

/// <summary>The <c>.txnindex</c> file of one segment: the transactions whose abort marker lies in it.</summary>
/// <remarks>
/// Created with its first entry, as most segments never have one. Written under the partition's lock; read by any thread, below the length
/// that the writer has published.
/// </remarks>
internal sealed class TransactionIndex : IDisposable
{
    private readonly IFileIo _io;
    private readonly long _baseOffset;
    private volatile SafeFileHandle? _file;
    private int _count;

    public TransactionIndex(IFileIo io, string path, long baseOffset)
    {
        _io = io;
        _baseOffset = baseOffset;
        Path = path;
        if (File.Exists(path))
        {
            SafeFileHandle file = io.Open(path);
            _count = (int)(RandomAccess.GetLength(file) / AbortedTransactionEntry.EntryBytes);
            _file = file;
        }
    }

    public string Path { get; private set; }

    public bool Exists => _file is not null;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Adds an entry behind the others; its marker has the highest offset so far.</summary>
    /// <exception cref="IOException">The disk refused; the entry is not there.</exception>
    public void Append(in AbortedTransactionEntry entry)
    {
        Span<byte> bytes = stackalloc byte[AbortedTransactionEntry.EntryBytes];
        entry.Write(bytes);
        SafeFileHandle file = _file ??= _io.Open(Path);
        _io.Write(file, bytes, (long)_count * AbortedTransactionEntry.EntryBytes);
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Collects the transactions that overlap a range of offsets.</summary>
    /// <param name="fromOffset">First offset of the range, inclusive.</param>
    /// <param name="upToOffset">End of the range, exclusive.</param>
    /// <param name="found">Receives them, ordered by their markers.</param>
    /// <returns>Whether no later segment can hold another one.</returns>
    public bool Collect(long fromOffset, long upToOffset, List<AbortedTransaction> found)
    {
        int count = Count;
        Span<byte> buffer = stackalloc byte[64 * AbortedTransactionEntry.EntryBytes];
        for (int slot = 0; slot < count;)
        {
            int readCount = Read(slot, Math.Min(count - slot, 64), buffer);
            for (int read = 0; read < readCount; read++, slot++)
            {
                var entry = AbortedTransactionEntry.Read(buffer[(read * AbortedTransactionEntry.EntryBytes)..]);
                if (entry.LastOffset >= fromOffset && entry.FirstOffset < upToOffset)
                {
                    found.Add(new AbortedTransaction(entry.ProducerId, entry.FirstOffset));
                }

                if (entry.LastStableOffset >= upToOffset)
                {
                    return true;
                }
            }

            if (readCount == 0)
            {
                break; // A truncation took the rest away meanwhile.
            }
        }

        return false;
    }

    /// <summary>Removes the entries whose marker lies at or above an offset.</summary>
    public void TruncateTo(long offset)
    {
        int count = 0;
        foreach (AbortedTransactionEntry entry in ReadAll())
        {
            if (entry.LastOffset >= offset)
            {
                break;
            }

            count++;
        }

        CutToCount(count);
    }

    /// <summary>Removes every entry.</summary>
    public void Reset() => CutToCount(0);

    /// <summary>Whether every entry has a known version and ascending markers within the segment.</summary>
    public bool IsSound()
    {
        if (_file is null)
        {
            return true;
        }

        if (RandomAccess.GetLength(_file) % AbortedTransactionEntry.EntryBytes != 0)
        {
            return false;
        }

        byte[] bytes = ReadBytes();
        long lastOffset = _baseOffset - 1;
        for (int position = 0; position < bytes.Length; position += AbortedTransactionEntry.EntryBytes)
        {
            ReadOnlySpan<byte> source = bytes.AsSpan(position);
            var entry = AbortedTransactionEntry.Read(source);
            if (AbortedTransactionEntry.ReadVersion(source) != AbortedTransactionEntry.CurrentVersion
                || entry.LastOffset <= lastOffset
                || entry.FirstOffset > entry.LastOffset)
            {
                return false;
            }

            lastOffset = entry.LastOffset;
        }

        return true;
    }

    public List<AbortedTransactionEntry> ReadAll()
    {
        byte[] bytes = ReadBytes();
        var entries = new List<AbortedTransactionEntry>(bytes.Length / AbortedTransactionEntry.EntryBytes);
        for (int position = 0; position < bytes.Length; position += AbortedTransactionEntry.EntryBytes)
        {
            entries.Add(AbortedTransactionEntry.Read(bytes.AsSpan(position)));
        }

        return entries;
    }

    public void MoveTo(string path) => Path = path;

    public void Sync()
    {
        if (_file is { } file)
        {
            _io.Sync(file);
        }
    }

    public void Dispose() => _file?.Dispose();

    private int Read(int slot, int count, Span<byte> buffer)
    {
        int readBytes = _file is { } file
            ? RandomAccess.Read(file, buffer[..(count * AbortedTransactionEntry.EntryBytes)], (long)slot * AbortedTransactionEntry.EntryBytes)
            : 0;
        return readBytes / AbortedTransactionEntry.EntryBytes;
    }

    private byte[] ReadBytes()
    {
        var bytes = new byte[Count * AbortedTransactionEntry.EntryBytes];
        int readBytes = 0;
        while (readBytes < bytes.Length && _file is { } file)
        {
            int chunkBytes = RandomAccess.Read(file, bytes.AsSpan(readBytes), readBytes);
            if (chunkBytes == 0)
            {
                throw new EndOfStreamException($"{Path} is shorter than the {bytes.Length} bytes that were written to it.");
            }

            readBytes += chunkBytes;
        }

        return bytes;
    }

    private void CutToCount(int count)
    {
        if (_file is { } file)
        {
            Volatile.Write(ref _count, Math.Min(count, _count));
            _io.SetLength(file, (long)_count * AbortedTransactionEntry.EntryBytes);
        }
    }
}
