using System.Runtime.ExceptionServices;
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

    private static readonly TimeSpan InterruptedFlushTimeout = TimeSpan.FromSeconds(5);

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
        Task<Exception?> DeliverAsync() => SendAndFlushAsync(producer, lines, cancellationToken);
        ProgressDisplay display = CreateProgress(producer, lines, file);
        Exception? trouble = await (settings.IsProgressWanted ? display.RunAsync(DeliverAsync) : display.RunQuietlyAsync(DeliverAsync)).ConfigureAwait(false);

        // Whatever ended it: how much was delivered is what the next step depends on.
        WriteSummary(producer.Counts, producer.IsIdempotent);
        if (trouble is not null) ExceptionDispatchInfo.Throw(trouble);
        return ExitCodes.Ok;
    }

    // What was taken is delivered even if the next line is bad or the user has had enough. Returns what went wrong; null = nothing.
    private async Task<Exception?> SendAndFlushAsync(RecordProducer producer, LineReader lines, CancellationToken cancellationToken)
    {
        Exception? trouble = await SendAsync(producer, lines, cancellationToken).ConfigureAwait(false);
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, context.Console.Time);

        // Who interrupts has waited enough, and a broker may be gone: a second interruption would end the process without a word.
        using CancellationTokenRegistration interruption = cancellationToken.UnsafeRegister(_ => patience.CancelAfter(InterruptedFlushTimeout), null);
        try
        {
            await producer.FlushAsync(patience.Token).ConfigureAwait(false);
            return trouble;
        }
        catch (KafkaException exception)
        {
            return exception;
        }
        catch (OperationCanceledException exception)
        {
            return trouble ?? exception;
        }
    }

    private async Task<Exception?> SendAsync(RecordProducer producer, LineReader lines, CancellationToken cancellationToken)
    {
        try
        {
            while (await lines.ReadAsync(cancellationToken).ConfigureAwait(false) is { } line)
            {
                await producer.AppendAsync(ToRecord(line, lines.LinesCount), cancellationToken).ConfigureAwait(false);
                if (lines.LinesCount % LinesBetweenChecks == 0 && producer.Failure is not null) return null;
            }

            return null;
        }
        catch (Exception exception) when (exception is CommandException or KafkaException or IOException
            || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            return exception;
        }
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
        : NamedFile.Read("--from-file", settings.FromFile, static path =>
            new FileStream(path, new FileStreamOptions { BufferSize = 0, Options = FileOptions.Asynchronous | FileOptions.SequentialScan }));

    private ProgressDisplay CreateProgress(RecordProducer producer, LineReader lines, FileStream? file)
    {
        long? totalBytes = file is { CanSeek: true } ? file.Length : null;
        return new ProgressDisplay(context.Console, context.IsErrorColored, () =>
        {
            ProducerCounts counts = producer.Counts;

            // What was read counts as far as it was delivered.
            double deliveredShare = counts.AppendedCount == 0 ? 0 : (double)counts.DeliveredCount / counts.AppendedCount;
            double? share = totalBytes is > 0 ? Math.Min(1, deliveredShare * lines.ReadBytes / totalBytes.Value) : null;
            return new ProgressState(counts.DeliveredCount, counts.DeliveredBytes, share, producer.Trouble?.Message);
        });
    }

    private void WriteSummary(ProducerCounts counts, bool isIdempotent)
    {
        // Also those whose fate was not waited for.
        long failedCount = counts.AppendedCount - counts.DeliveredCount;
        TimeSpan elapsed = context.Console.Time.GetElapsedTime(_startTimestamp);
        if (context.IsJson)
        {
            var summary = new Documents.ProduceSummary(
                settings.Topic,
                counts.DeliveredCount,
                counts.DeliveredBytes,
                failedCount,
                counts.BatchesCount,
                counts.WireBytes,
                counts.RetriesCount,
                Math.Round(elapsed.TotalSeconds, 3));
            context.WriteJson(summary, CliJson.Default.ProduceSummary);
            context.Console.Output.Flush();
            return;
        }

        string failed = failedCount == 0 ? "" : $" {Amounts.Count(failedCount, "record")} not acknowledged.";
        string verb = settings.Producer.Acks == Acks.None ? "Sent" : "Delivered";
        context.Note(
            $"{verb} {Amounts.Count(counts.DeliveredCount, "record")} ({Amounts.Bytes(counts.DeliveredBytes)}) to {settings.Topic} in {Amounts.Elapsed(elapsed)}: "
            + $"{Amounts.RecordsRate(counts.DeliveredCount, elapsed)}, {Amounts.BytesRate(counts.DeliveredBytes, elapsed)}.{failed}{Doubt(counts, isIdempotent)}");
    }

    // What the chosen acknowledgement leaves open is said: a number alone would look like a promise.
    private string Doubt(ProducerCounts counts, bool isIdempotent)
    {
        if (settings.Producer.Acks == Acks.None) return " Nobody acknowledged them (--acks 0).";
        return isIdempotent || counts.RetriesCount == 0 ? "" : $" Repeated and perhaps stored twice: {counts.RetriesCount} of the batches, which brokers recognise with --acks all only.";
    }
}
