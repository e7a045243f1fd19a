using System.Buffers.Binary;
using System.Diagnostics;

namespace Sluice.Broker.Network;

/// <summary>What <see cref="FrameAssembler.TryTakeFrame"/> found in the bytes received so far.</summary>
internal enum FrameStatus
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>A whole frame.</summary>
    Complete,

    /// <summary>The announced size is negative or above the limit; nothing behind it can be trusted.</summary>
    SizeRefused,
}

/// <summary>
/// Cuts a connection's byte stream into frames (int32 size, then that many bytes) without doing any I/O.
/// </summary>
/// <remarks>
/// Invariants: memory follows the bytes received, not the bytes announced: a frame larger than the first buffer fills
/// that buffer first, then <see cref="GrowthBytesMin"/>, then doubles, unless this connection has already sent a whole
/// frame of that size; the large buffer goes back as soon as what is left in it fits the first one. One thread at a time.
/// </remarks>
internal sealed class FrameAssembler(ReceiveMemory memory, int frameBytesMax) : IDisposable
{
    /// <summary>The buffer every connection keeps: enough for any fetch, heartbeat or metadata request.</summary>
    public const int FirstBufferBytes = 4096;

    /// <summary>Smallest large buffer.</summary>
    public const int GrowthBytesMin = 64 * 1024;

    /// <summary>Largest size that an earlier frame can vouch for.</summary>
    public const int TrustedBytesMax = 4 * 1024 * 1024;

    private const int SizePrefixBytes = sizeof(int);

    private readonly byte[] _firstBuffer = new byte[FirstBufferBytes];
    private byte[]? _largeBuffer;
    private int _startIndex;
    private int _endIndex;
    private int _trustedBytes;

    /// <summary>Largest size that is accepted from now on.</summary>
    public int FrameBytesMax { get; set; } = frameBytesMax;

    /// <summary>Bytes of an unfinished frame that are held now.</summary>
    public int PendingBytes => _endIndex - _startIndex;

    /// <summary>The announced size of the frame that was refused, for the log line.</summary>
    public int RefusedSize { get; private set; }

    private byte[] Buffer => _largeBuffer ?? _firstBuffer;

    /// <summary>Takes the next whole frame, without its size prefix.</summary>
    /// <param name="frame">Lent: valid until the next call of any other member.</param>
    public FrameStatus TryTakeFrame(out Memory<byte> frame)
    {
        frame = default;
        int available = _endIndex - _startIndex;
        if (available < SizePrefixBytes) return FrameStatus.Incomplete;
        int size = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_startIndex));
        if (size < 0 || size > FrameBytesMax)
        {
            RefusedSize = size;
            return FrameStatus.SizeRefused;
        }
        if (available - SizePrefixBytes < size) return FrameStatus.Incomplete;
        frame = Buffer.AsMemory(_startIndex + SizePrefixBytes, size);
        _startIndex += SizePrefixBytes + size;
        _trustedBytes = Math.Max(_trustedBytes, Math.Min(size, TrustedBytesMax));
        return FrameStatus.Complete;
    }

    /// <summary>Finds room to receive into, moving or growing the buffer where it must.</summary>
    /// <param name="space">At least one byte; fill its beginning and tell <see cref="Commit"/>.</param>
    /// <returns><see langword="false"/> when growing would pass the ceiling of the receive memory.</returns>
    public bool TryGetReceiveSpace(out Memory<byte> space)
    {
        int pending = PendingBytes;
        if (pending == 0)
        {
            ReleaseLargeBuffer();
            _startIndex = _endIndex = 0;
        }
        else if (_startIndex > 0 && pending <= FirstBufferBytes)
        {
            ReturnToFirstBuffer();
        }

        int wantedBytes = pending >= SizePrefixBytes
            ? SizePrefixBytes + BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_startIndex))
            : SizePrefixBytes;
        if (wantedBytes > Buffer.Length && !TryMakeRoom(wantedBytes))
        {
            space = default;
            return false;
        }
        if (_endIndex == Buffer.Length || _startIndex + wantedBytes > Buffer.Length) Compact();
        space = Buffer.AsMemory(_endIndex);
        Debug.Assert(!space.IsEmpty, "an unfinished frame always leaves room");
        return true;
    }

    /// <summary>The frame whose beginning is here, where all of it will lie, without its size prefix.</summary>
    /// <param name="receivedBytes">How many bytes of it are there; what follows is yet to be received, as the last space begins with it.</param>
    /// <returns>Lent as by <see cref="TryTakeFrame"/>; empty where its size is not known, or where its buffer does not have room for all of it.</returns>
    public Memory<byte> PeekUnfinishedFrame(out int receivedBytes)
    {
        receivedBytes = PendingBytes - SizePrefixBytes;
        if (receivedBytes < 0) return default;
        int size = BinaryPrimitives.ReadInt32BigEndian(Buffer.AsSpan(_startIndex));
        return size <= Buffer.Length - SizePrefixBytes - _startIndex ? Buffer.AsMemory(_startIndex + SizePrefixBytes, size) : default;
    }

    /// <summary>Forgets the frame whose beginning is here: the rest of it was received to elsewhere.</summary>
    public void DropUnfinishedFrame() => _startIndex = _endIndex;

    /// <summary>Notes that <paramref name="receivedBytes"/> bytes were received into the last space.</summary>
    public void Commit(int receivedBytes) => _endIndex += receivedBytes;

    /// <summary>Returns the large buffer. A frame that was taken is no longer valid.</summary>
    public void Dispose()
    {
        _startIndex = _endIndex = 0;
        ReleaseLargeBuffer();
    }

    private bool TryMakeRoom(int wantedBytes)
    {
        int pending = PendingBytes;
        // The present buffer still has room: fill it first, so that memory follows what arrived.
        if (wantedBytes - SizePrefixBytes > _trustedBytes && pending < Buffer.Length) return true;

        int capacityBytes = wantedBytes - SizePrefixBytes <= _trustedBytes
            ? wantedBytes
            : (int)Math.Min(wantedBytes, Math.Max(GrowthBytesMin, 2L * pending));
        if (capacityBytes <= Buffer.Length) return true;
        byte[]? larger = memory.TryRent(capacityBytes);
        if (larger is null) return false;
        Buffer.AsSpan(_startIndex, pending).CopyTo(larger);
        ReleaseLargeBuffer();
        _largeBuffer = larger;
        _startIndex = 0;
        _endIndex = pending;
        return true;
    }

    /// <summary>A few bytes of the next frame must not hold the memory that the last one needed.</summary>
    private void ReturnToFirstBuffer()
    {
        if (_largeBuffer is null) return;
        int pending = PendingBytes;
        _largeBuffer.AsSpan(_startIndex, pending).CopyTo(_firstBuffer);
        ReleaseLargeBuffer();
        _startIndex = 0;
        _endIndex = pending;
    }

    private void Compact()
    {
        int pending = PendingBytes;
        if (_startIndex == 0) return;
        Buffer.AsSpan(_startIndex, pending).CopyTo(Buffer);
        _startIndex = 0;
        _endIndex = pending;
    }

    private void ReleaseLargeBuffer()
    {
        if (_largeBuffer is null) return;
        memory.Return(_largeBuffer);
        _largeBuffer = null;
    }
}
