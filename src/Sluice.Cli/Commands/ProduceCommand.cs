using System.CommandLine;
using System.Text;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client.Producing;
using Sluice.Protocol.Records;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice produce</c>.</summary>
internal static class ProduceCommand
{
    private const int LineBytesMaxDefault = 1 << 20;

    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> topic = TopicArgument.One();
        var fromFile = new Option<string?>("--from-file") { Description = "Read this file instead of standard input", HelpName = "FILE" };
        var keySeparator = new Option<string?>("--key-separator") { Description = "What stands between key and value in each line; without it lines have no keys", HelpName = "TEXT" };
        Option<IReadOnlyList<KeyValuePair<string, string>>> headers = PairsOption.Create("--header", "A header of every record; repeatable", "--headers");
        Option<int?> partition = NumberOption.Create("--partition", "P", "Partition for every record [default: by key; without keys, one after another]", 0, int.MaxValue);
        Option<CompressionType?> compression = ChoiceOption.Create(
            "--compression",
            "CODEC",
            "How batches are compressed",
            ("none", CompressionType.None),
            ("gzip", CompressionType.Gzip),
            ("snappy", CompressionType.Snappy),
            ("lz4", CompressionType.Lz4),
            ("zstd", CompressionType.Zstd));
        Option<Acks?> acks = ChoiceOption.Create(
            "--acks",
            "WHO",
            "Who has to have a record before it counts as delivered: every in-sync replica, the leader, or nobody",
            ("all", Acks.All),
            ("1", Acks.Leader),
            ("0", Acks.None));
        Option<int?> batchBytes = NumberOption.Create("--batch-bytes", "N", "Bytes of records that make a batch full [default: 131072]", 1, int.MaxValue);
        Option<int?> lingerMs = NumberOption.Create("--linger-ms", "N", "Milliseconds that a batch waits to become full [default: 5]", 0, 60_000);
        var nullValue = new Option<string?>("--null-value") { Description = "A value that stands for null: a tombstone in compacted topics", HelpName = "TEXT" };
        Option<int?> lineBytesMax = NumberOption.Create("--max-line-bytes", "N", $"Longest line that is accepted [default: {LineBytesMaxDefault}]", 1, Array.MaxLength);
        var progress = new Option<bool>("--progress") { Description = "Show records, bytes and rates on standard error meanwhile" };
        var command = new SluiceCommand(
            "produce",
            "Send lines as records: from standard input, or from a file.",
            "echo 'hello' | sluice produce orders",
            "sluice produce prices --from-file prices.txt --key-separator : --compression zstd --progress")
        {
            topic, fromFile, keySeparator, headers, partition, compression, acks, batchBytes, lingerMs, nullValue, lineBytesMax, progress,
        };
        CommandContext.SetAction(command, console, options, (context, cancellationToken) =>
        {
            ParseResult parsed = context.ParseResult;
            string? separator = parsed.GetValue(keySeparator);
            if (separator?.Length == 0) throw CommandException.Usage("--key-separator cannot be empty");
            var producer = new RecordProducerOptions { Compression = parsed.GetValue(compression) ?? CompressionType.None, Acks = parsed.GetValue(acks) ?? Acks.All };
            if (parsed.GetValue(batchBytes) is { } bytes) producer.BatchBytes = bytes;
            if (parsed.GetValue(lingerMs) is { } milliseconds) producer.Linger = TimeSpan.FromMilliseconds(milliseconds);
            var settings = new ProduceSettings(
                parsed.GetRequiredValue(topic),
                parsed.GetValue(fromFile),
                Utf8(separator),
                [.. (parsed.GetValue(headers) ?? []).Select(header => new RecordHeader(header.Key, Encoding.UTF8.GetBytes(header.Value)))],
                parsed.GetValue(partition),
                Utf8(parsed.GetValue(nullValue)),
                parsed.GetValue(lineBytesMax) ?? LineBytesMaxDefault,
                parsed.GetValue(progress),
                producer);
            return new LineProducing(context, settings).RunAsync(cancellationToken);
        });
        return command;
    }

    private static byte[]? Utf8(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}
