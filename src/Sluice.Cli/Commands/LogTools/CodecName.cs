using System.Globalization;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Codecs by the names that Kafka's settings give them.</summary>
internal static class CodecName
{
    internal static string Of(CompressionType codec) => codec switch
    {
        CompressionType.None => "none",
        CompressionType.Gzip => "gzip",
        CompressionType.Snappy => "snappy",
        CompressionType.Lz4 => "lz4",
        CompressionType.Zstd => "zstd",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown-{(int)codec}"),
    };
}
