using System.Buffers;

namespace Sluice.Protocol.Records.Compression;

/// <summary>The destination of one decompression, with what the caller still allows to be written to it.</summary>
internal ref struct LimitedOutput
{
    private readonly IBufferWriter<byte> _output;

    /// <summary>Starts with everything allowed.</summary>
    /// <param name="output">Where bytes go.</param>
    /// <param name="maxBytes">0 or more.</param>
    internal LimitedOutput(IBufferWriter<byte> output, int maxBytes)
    {
        _output = output;
        RemainingBytes = maxBytes;
    }

    /// <summary>Bytes that may still be written.</summary>
    internal int RemainingBytes { get; private set; }

    /// <summary>Room for the next bytes.</summary>
    /// <param name="roomBytes">More than 0; may exceed <see cref="RemainingBytes"/>, for a decoder that must see the end of a piece to judge it.</param>
    /// <returns>At least <paramref name="roomBytes"/>; valid until the next call.</returns>
    internal readonly Span<byte> GetSpan(int roomBytes) => _output.GetSpan(roomBytes);

    /// <summary>Room for the next bytes, and never more than may be written.</summary>
    /// <param name="wantedBytes">More than 0.</param>
    /// <returns>1 to <see cref="RemainingBytes"/> bytes, which must not be 0; valid until the next call.</returns>
    internal readonly Span<byte> GetSpanWithinLimit(int wantedBytes)
    {
        Span<byte> room = _output.GetSpan(Math.Min(wantedBytes, RemainingBytes));
        return room.Length > RemainingBytes ? room[..RemainingBytes] : room;
    }

    /// <summary>Keeps bytes that were put into the room.</summary>
    /// <param name="writtenBytes">At most <see cref="RemainingBytes"/>.</param>
    internal void Advance(int writtenBytes)
    {
        _output.Advance(writtenBytes);
        RemainingBytes -= writtenBytes;
    }

    /// <summary>Copies bytes if they are not too many.</summary>
    /// <param name="bytes">Any length.</param>
    /// <returns>False, and nothing is written, if they are more than <see cref="RemainingBytes"/>.</returns>
    internal bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > RemainingBytes) return false;
        _output.Write(bytes);
        RemainingBytes -= bytes.Length;
        return true;
    }
}
