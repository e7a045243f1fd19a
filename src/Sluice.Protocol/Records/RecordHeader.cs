namespace Sluice.Protocol.Records;

/// <summary>A header to be written with a record: see <see cref="RecordBatchBuilder"/>.</summary>
/// <param name="Key">Written as UTF-8; may be empty.</param>
/// <param name="Value">Any bytes, or null. Borrowed until the record has been appended.</param>
public readonly record struct RecordHeader(string Key, byte[]? Value);
