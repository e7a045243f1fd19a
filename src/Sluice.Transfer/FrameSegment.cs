using System.Diagnostics.CodeAnalysis;

namespace Sluice.Transfer;

/// <summary>One part of a frame: bytes in memory, or a region of a file.</summary>
internal readonly struct FrameSegment
{
    private readonly TransferFile? _file;
    private readonly long _positionBytes;

    public FrameSegment(ReadOnlyMemory<byte> bytes)
    {
        Bytes = bytes;
        LengthBytes = bytes.Length;
    }

    public FrameSegment(FileRegion region)
    {
        _file = region.File;
        _positionBytes = region.PositionBytes;
        LengthBytes = region.LengthBytes;
    }

    [MemberNotNullWhen(true, nameof(_file))]
    public bool IsRegion => _file is not null;

    public int LengthBytes { get; }

    /// <summary>The bytes of a part in memory; empty for a region.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The region; only where <see cref="IsRegion"/>.</summary>
    public FileRegion Region => new(_file!, _positionBytes, LengthBytes);
}
