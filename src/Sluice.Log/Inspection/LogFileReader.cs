using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Reads a <c>.log</c> file through one window of bounded size; a batch that does not fit is checked piece by piece.</summary>
/// <remarks>
/// Takes no lock and changes nothing, so a running broker's file can be read: what was there when the file was opened counts as its length.
/// Whole batches are held only once their checksum is right, so that a wrong size field allocates nothing. For one thread at a time.
/// </remarks>
internal sealed class LogFileReader : IDisposable
{
    private const int WindowBytes = 1 << 20;

    private readonly SafeFileHandle _file;
    private byte[] _window;
    private byte[] _large = [];
    private long _windowPositionBytes;
    private int _windowLengthBytes;

    public LogFileReader(string path)
    {
        _file = ReadOnlyFile.Open(path);
        LengthBytes = RandomAccess.GetLength(_file);
        _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    }

    /// <summary>Bytes that the file had when it was opened; less if it has been cut since.</summary>
    public long LengthBytes { get; private set; }

    /// <summary>What is at hand from a position on.</summary>
    /// <param name="positionBytes">0 to <see cref="LengthBytes"/>.</param>
    /// <param name="lengthBytesMin">Bytes wanted at the least, at most 1 MiB.</param>
    /// <returns>At least that many, fewer only at the end of the file; valid until the next call.</returns>
    public ReadOnlySpan<byte> Peek(long positionBytes, int lengthBytesMin)
    {
        long skippedBytes = positionBytes - _windowPositionBytes;
        if (skippedBytes < 0 || skippedBytes + lengthBytesMin > _windowLengthBytes)
        {
            int keptBytes = skippedBytes >= 0 && skippedBytes < _windowLengthBytes ? _windowLengthBytes - (int)skippedBytes : 0;
            if (keptBytes > 0)
            {
                _window.AsSpan((int)skippedBytes, keptBytes).CopyTo(_window);
            }

            _windowPositionBytes = positionBytes;
            _windowLengthBytes = keptBytes;
            Fill(lengthBytesMin);
            skippedBytes = 0;
        }

        return _window.AsSpan((int)skippedBytes, _windowLengthBytes - (int)skippedBytes);
    }

    /// <summary>Checks the checksum of a batch whose header was found possible.</summary>
    /// <param name="positionBytes">Where the batch begins.</param>
    /// <param name="sizeBytes">Its size, within the file.</param>
    /// <param name="isLegacy">Whether it has one of the old formats.</param>
    /// <param name="legacyBytesMax">Largest batch of the old formats that is looked at; a larger one counts as wrong.</param>
    public bool IsChecksumValid(long positionBytes, int sizeBytes, bool isLegacy, int legacyBytesMax)
    {
        if (sizeBytes <= WindowBytes)
        {
            ReadOnlySpan<byte> batch = Peek(positionBytes, sizeBytes);
            return isLegacy ? new LegacyBatchView(batch).IsCrcValid() : new RecordBatchView(batch).IsCrcValid();
        }

        if (isLegacy)
        {
            return sizeBytes <= legacyBytesMax && new LegacyBatchView(ReadLarge(positionBytes, sizeBytes)).IsCrcValid();
        }

        uint expectedCrc = new RecordBatchView(Peek(positionBytes, RecordBatchFormat.HeaderBytes)).Crc;
        uint crc = 0;
        int doneBytes = RecordBatchFormat.AttributesPosition;
        while (doneBytes < sizeBytes)
        {
            ReadOnlySpan<byte> chunk = Peek(positionBytes + doneBytes, Math.Min(WindowBytes, sizeBytes - doneBytes));
            if (chunk.IsEmpty)
            {
                return false;
            }

            chunk = chunk[..Math.Min(chunk.Length, sizeBytes - doneBytes)];
            crc = Crc32C.Append(crc, chunk);
            doneBytes += chunk.Length;
        }

        return crc == expectedCrc;
    }

    /// <summary>A whole batch whose checksum is right.</summary>
    /// <returns>Valid until the next call; empty if the file has been cut meanwhile.</returns>
    public ReadOnlySpan<byte> ReadBatch(long positionBytes, int sizeBytes)
    {
        ReadOnlySpan<byte> batch = sizeBytes <= WindowBytes ? Peek(positionBytes, sizeBytes) : ReadLarge(positionBytes, sizeBytes);
        return batch.Length < sizeBytes ? default : batch[..sizeBytes];
    }

    /// <summary>Whether nothing but zeros follows a position.</summary>
    public bool IsZeroFrom(long positionBytes)
    {
        while (positionBytes < LengthBytes)
        {
            ReadOnlySpan<byte> chunk = Peek(positionBytes, (int)Math.Min(WindowBytes, LengthBytes - positionBytes));
            if (chunk.IsEmpty)
            {
                break;
            }

            if (chunk.ContainsAnyExcept((byte)0))
            {
                return false;
            }

            positionBytes += chunk.Length;
        }

        return true;
    }

    public void Dispose()
    {
        _file.Dispose();
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private void Fill(int lengthBytesMin)
    {
        int roomBytes = (int)Math.Min(WindowBytes, Math.Max(LengthBytes - _windowPositionBytes, 0));
        while (_windowLengthBytes < Math.Min(lengthBytesMin, roomBytes))
        {
            int readBytes = RandomAccess.Read(
                _file, _window.AsSpan(_windowLengthBytes, roomBytes - _windowLengthBytes), _windowPositionBytes + _windowLengthBytes);
            if (readBytes == 0)
            {
                // A truncation by the broker that is running meanwhile.
                LengthBytes = _windowPositionBytes + _windowLengthBytes;
                return;
            }

            _windowLengthBytes += readBytes;
        }
    }

    private ReadOnlySpan<byte> ReadLarge(long positionBytes, int sizeBytes)
    {
        if (_large.Length < sizeBytes)
        {
            _large = new byte[sizeBytes];
        }

        int doneBytes = 0;
        while (doneBytes < sizeBytes)
        {
            int readBytes = RandomAccess.Read(_file, _large.AsSpan(doneBytes, sizeBytes - doneBytes), positionBytes + doneBytes);
            if (readBytes == 0)
            {
                break;
            }

            doneBytes += readBytes;
        }

        return _large.AsSpan(0, doneBytes);
    }
}
