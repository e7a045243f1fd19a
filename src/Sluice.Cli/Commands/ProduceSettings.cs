using Sluice.Client.Producing;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Commands;

/// <summary>How <c>sluice produce</c> makes records of lines.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="FromFile">The file to read; null = standard input.</param>
/// <param name="KeySeparator">What stands between key and value; null = lines have no keys.</param>
/// <param name="Headers">Headers of every record.</param>
/// <param name="Partition">Null = by key, or in turn.</param>
/// <param name="NullValue">A value that stands for null; null = none does.</param>
/// <param name="LineBytesMax">Longest line.</param>
/// <param name="IsProgressWanted">Whether to show progress on standard error.</param>
/// <param name="Producer">How to batch and send.</param>
internal sealed record ProduceSettings(
    string Topic,
    string? FromFile,
    byte[]? KeySeparator,
    RecordHeader[] Headers,
    int? Partition,
    byte[]? NullValue,
    int LineBytesMax,
    bool IsProgressWanted,
    RecordProducerOptions Producer);
