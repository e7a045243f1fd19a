namespace Sluice.Protocol.Messages;

/// <summary>The value of a field that holds record batches: null, bytes, or something that an upper layer supplies when it sends.</summary>
public readonly struct Records
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly IExternalRecords? _external;
    private readonly bool _hasBytes;

    /// <summary>Record batches in memory.</summary>
    /// <param name="bytes">Borrowed: read from a message, they are a slice of its frame.</param>
    public Records(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        _hasBytes = true;
    }

    /// <summary>Record batches that will not be copied into the message.</summary>
    /// <param name="external">Who releases it is agreed between the one who creates it and the one who sends it.</param>
    public Records(IExternalRecords external)
    {
        ArgumentNullException.ThrowIfNull(external);
        _external = external;
    }

    /// <summary>No records, which is not the same on the wire as records of zero bytes. Also the default value.</summary>
    public static Records Null => default;

    /// <summary>True = neither bytes nor external records.</summary>
    public bool IsNull => !_hasBytes && _external is null;

    /// <summary>The batches in memory; empty if the records are null or external.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The batches that are elsewhere; null if they are in memory or absent.</summary>
    public IExternalRecords? External => _external;

    /// <summary>Bytes of the batches, wherever they are; 0 = null or empty.</summary>
    public int SizeBytes => _external is null ? _bytes.Length : _external.SizeBytes;
}
