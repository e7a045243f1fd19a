namespace Sluice.Protocol.Records;

/// <summary>One header of a record, where it lies. Borrowed like the <see cref="RecordView"/> that it came from.</summary>
public readonly ref struct RecordHeaderView
{
    internal RecordHeaderView(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isValueNull)
    {
        Key = key;
        Value = value;
        IsValueNull = isValueNull;
    }

    /// <summary>UTF-8, which is not checked; never null, may be empty, may repeat within a record.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>Any bytes; empty when <see cref="IsValueNull"/>.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether there is no value, which is not the same as an empty one.</summary>
    public bool IsValueNull { get; }
}
