namespace Sluice.Protocol.Records;

/// <summary>Bytes that may be null, which Kafka tells apart from empty: a null value is a tombstone. Borrows what it shows.</summary>
public readonly ref struct NullableBytes
{
    private readonly bool _isPresent;

    /// <summary>Shows bytes that are not null, however few.</summary>
    /// <param name="bytes">Borrowed; empty is a value like any other.</param>
    public NullableBytes(ReadOnlySpan<byte> bytes)
    {
        Bytes = bytes;
        _isPresent = true;
    }

    /// <summary>No bytes at all; what <c>default</c> is too.</summary>
    public static NullableBytes Null => default;

    /// <summary>Whether there are none.</summary>
    public bool IsNull => !_isPresent;

    /// <summary>The bytes; empty when <see cref="IsNull"/>.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Lends an array; null stays null.</summary>
    /// <param name="bytes">Borrowed, or null.</param>
    public static implicit operator NullableBytes(byte[]? bytes) => FromArray(bytes);

    /// <summary>Lends a span, which is never null: an empty one, even <c>default</c>, is empty bytes.</summary>
    /// <param name="bytes">Borrowed.</param>
    public static implicit operator NullableBytes(ReadOnlySpan<byte> bytes) => new(bytes);

    /// <summary>Lends an array; null stays null.</summary>
    /// <param name="bytes">Borrowed, or null.</param>
    /// <returns>The array's bytes, or <see cref="Null"/>.</returns>
    public static NullableBytes FromArray(byte[]? bytes) => bytes is null ? default : new NullableBytes(bytes);
}
