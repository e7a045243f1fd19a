using Microsoft.Win32.SafeHandles;
using Sluice.Protocol.Records;

namespace Sluice.Metadata.Kafka;

/// <summary>Reads a segment or a snapshot of the metadata log batch by batch. Only reads: also beside a Kafka that runs.</summary>
/// <remarks>For one thread.</remarks>
internal sealed class KafkaBatchFile : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly long _lengthBytes;
    private byte[] _buffer = new byte[64 * 1024];

    internal KafkaBatchFile(string path)
    {
        Path = path;
        _file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _lengthBytes = RandomAccess.GetLength(_file);
    }

    internal string Path { get; }

    /// <summary>Where the next batch begins.</summary>
    internal long PositionBytes { get; private set; }

    internal bool IsAtEnd => PositionBytes >= _lengthBytes;

    internal long RemainingBytes => _lengthBytes - PositionBytes;

    /// <summary>Reads the next batch and checks its CRC.</summary>
    /// <param name="batch">The whole batch; valid until the next call. Empty if there is none.</param>
    /// <returns>Whether a sound batch is there; if not, the position stays.</returns>
    internal bool TryRead(out ReadOnlyMemory<byte> batch)
    {
        batch = default;
        int headerBytes = Read(PositionBytes, (int)Math.Min(RecordBatchFormat.HeaderBytes, RemainingBytes));
        ReadOnlySpan<byte> header = _buffer.AsSpan(0, headerBytes);
        if (RecordBatchValidator.ValidateHeader(header, RemainingBytes) != RecordBatchStatus.Valid) return false;

        // The validator has compared the claimed size with what the file holds.
        int sizeBytes = new RecordBatchView(header).SizeBytes;
        if (sizeBytes > _buffer.Length) _buffer = new byte[sizeBytes];
        if (Read(PositionBytes, sizeBytes) < sizeBytes || RecordBatchValidator.Validate(_buffer.AsSpan(0, sizeBytes)) != RecordBatchStatus.Valid) return false;
        batch = _buffer.AsMemory(0, sizeBytes);
        PositionBytes += sizeBytes;
        return true;
    }

    /// <summary>Tells the end of a file that was being written when the power went from one that was damaged later.</summary>
    /// <returns>True if no more than one batch can begin at the position: a cut-off one, one whose bytes did not all reach the disk, or zeros.</returns>
    internal bool EndsUnfinished()
    {
        int headerBytes = Read(PositionBytes, (int)Math.Min(RecordBatchFormat.HeaderBytes, RemainingBytes));
        ReadOnlySpan<byte> header = _buffer.AsSpan(0, headerBytes);
        return RecordBatchValidator.ValidateHeader(header, RemainingBytes) switch
        {
            RecordBatchStatus.Incomplete => true,
            RecordBatchStatus.Valid => new RecordBatchView(header).SizeBytes == RemainingBytes,
            _ => HoldsOnlyZeros(),
        };
    }

    public void Dispose() => _file.Dispose();

    private bool HoldsOnlyZeros()
    {
        for (long position = PositionBytes; position < _lengthBytes;)
        {
            int readBytes = Read(position, (int)Math.Min(_buffer.Length, _lengthBytes - position));
            if (readBytes == 0 || _buffer.AsSpan(0, readBytes).ContainsAnyExcept((byte)0)) return false;
            position += readBytes;
        }
        return true;
    }

    private int Read(long positionBytes, int lengthBytes)
    {
        int filledBytes = 0;
        while (filledBytes < lengthBytes)
        {
            int readBytes = RandomAccess.Read(_file, _buffer.AsSpan(filledBytes, lengthBytes - filledBytes), positionBytes + filledBytes);
            if (readBytes == 0) break;
            filledBytes += readBytes;
        }
        return filledBytes;
    }
}
