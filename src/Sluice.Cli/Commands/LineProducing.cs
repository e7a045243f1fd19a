using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Producing;

namespace Sluice.Cli.Commands;

/// <summary>Sends lines as records, and tells how that goes.</summary>
internal sealed class LineProducing(CommandContext context, ProduceSettings settings)
{
    // How often the producer is asked whether records were given up: often enough to stop soon, seldom enough to cost nothing.
    private const int LinesBetweenChecks = 256;

    private readonly long _startTimestamp = context.Console.Time.GetTimestamp();

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using FileStream? file = OpenFile();
        TopicMetadata topic = await TopicLookup.RequireAsync(context, settings.Topic, cancellationToken).ConfigureAwait(false);
        if (settings.Partition is { } partition) TopicLookup.Partitions(topic, [partition]);
        if (file is null && context.Console.IsInputTerminal) context.Note("Type records, one per line. Ctrl-D ends.");

        KafkaCluster cluster = await context.ClusterAsync(cancellationToken).ConfigureAwait(false);
        await using RecordProducer producer = await RecordProducer.StartAsync(cluster, settings.Producer, cancellationToken).ConfigureAwait(false);
        var lines = new LineReader(file ?? context.Console.Input, settings.LineBytesMax);
        bool isInterrupted;
        using (StartProgress(producer, lines, file))
        {
            isInterrupted = await SendAsync(producer, lines, cancellationToken).ConfigureAwait(false);
        }

        WriteSummary(producer.Counts);
        return isInterrupted ? ExitCodes.Interrupted : ExitCodes.Ok;
    }

    // What was read is delivered even if the next line is bad or the user has had enough; which line ends it is told afterwards.
    private async Task<bool> SendAsync(RecordProducer producer, LineReader lines, CancellationToken cancellationToken)
    {
        CommandException? badLine = null;
        bool isInterrupted = false;
        try
        {
            while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                await producer.AppendAsync(ToRecord(line, lines.LinesCount), cancellationToken).ConfigureAwait(false);
                if (lines.LinesCount % LinesBetweenChecks == 0 && producer.Failure is not null) break;
            }
        }
        catch (CommandException exception)
        {
            badLine = exception;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            isInterrupted = true;
        }

        try
        {
            await producer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (KafkaException)
        {
            WriteSummary(producer.Counts);
            throw;
        }

        if (badLine is null) return isInterrupted;
        WriteSummary(producer.Counts);
        throw badLine;
    }

    private OutgoingRecord ToRecord(ReadOnlyMemory<byte> line, long lineNumber)
    {
        ReadOnlyMemory<byte>? key = null;
        ReadOnlyMemory<byte>? value = line;
        if (settings.KeySeparator is { } separator)
        {
            int position = line.Span.IndexOf(separator);
            if (position < 0) throw new CommandException($"line {lineNumber} has no key separator. Without --key-separator lines need none");
            key = line[..position];
            value = line[(position + separator.Length)..];
        }

        if (settings.NullValue is { } nullValue && value.Value.Span.SequenceEqual(nullValue)) value = null;
        return new OutgoingRecord(settings.Topic, key, value, settings.Partition, Headers: settings.Headers);
    }

    private FileStream? OpenFile() => settings.FromFile is null or "-"
        ? null
        : new FileStream(settings.FromFile, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan });

    private ProgressLine? StartProgress(RecordProducer producer, LineReader lines, Stream? file)
    {
        if (!settings.IsProgressWanted) return null;
        long? totalBytes = file is { CanSeek: true } ? file.Length : null;
        return new ProgressLine(context.Console, () =>
        {
            ProducerCounts counts = producer.Counts;
            return new ProgressState(counts.DeliveredCount, counts.DeliveredBytes, totalBytes is > 0 ? (double)lines.ReadBytes / totalBytes : null);
        });
    }

    private void WriteSummary(ProducerCounts counts)
    {
        TimeSpan elapsed = context.Console.Time.GetElapsedTime(_startTimestamp);
        if (context.IsJson)
        {
            var summary = new Documents.ProduceSummary(
                settings.Topic,
                counts.DeliveredCount,
                counts.DeliveredBytes,
                counts.FailedCount,
                counts.BatchesCount,
                counts.WireBytes,
                counts.RetriesCount,
                Math.Round(elapsed.TotalSeconds, 3));
            context.WriteJson(summary, CliJson.Default.ProduceSummary);
            context.Console.Output.Flush();
            return;
        }

        string failed = counts.FailedCount == 0 ? "" : $" {Amounts.Count(counts.FailedCount, "record")} could not be delivered.";
        string verb = settings.Producer.Acks == Acks.None ? "Sent" : "Delivered";
        context.Note(
            $"{verb} {Amounts.Count(counts.DeliveredCount, "record")} ({Amounts.Bytes(counts.DeliveredBytes)}) to {settings.Topic} in {Amounts.Elapsed(elapsed)}: "
            + $"{Amounts.RecordsRate(counts.DeliveredCount, elapsed)}, {Amounts.BytesRate(counts.DeliveredBytes, elapsed)}.{failed}");
    }
}
