using Sluice.Cli.Output;
using Sluice.Client.Consuming;

namespace Sluice.Cli.Commands;

/// <summary>Prints what a consumer reads, and tells at the end how much that was.</summary>
internal sealed class RecordPrinting(CommandContext context, RecordConsumer consumer, IRecordPrinter printer, string topic, long recordsMax)
{
    private readonly long _startTimestamp = context.Console.Time.GetTimestamp();
    private long _recordsCount;
    private long _bytes;

    /// <summary>Prints until the end, the wanted number, or an interruption, which is the usual end of following.</summary>
    internal async Task<int> RunAsync(bool isFollowing, CancellationToken cancellationToken)
    {
        try
        {
            await PrintAsync(cancellationToken).ConfigureAwait(false);
            context.Console.Output.Flush();
            WriteSummary();
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            context.Console.Output.Flush();
            WriteSummary();
            return isFollowing ? ExitCodes.Ok : ExitCodes.Interrupted;
        }
    }

    private async Task PrintAsync(CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<ConsumedRecord> records = consumer.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (_recordsCount < recordsMax)
        {
            ValueTask<bool> next = records.MoveNextAsync();

            // Nothing more at hand: show what there is instead of waiting with a half-filled buffer.
            if (!next.IsCompleted) context.Console.Output.Flush();
            if (!await next.ConfigureAwait(false)) return;
            ConsumedRecord record = records.Current;
            printer.Print(record);
            _recordsCount++;
            _bytes += (record.Key?.Length ?? 0) + (record.Value?.Length ?? 0);
        }
    }

    private void WriteSummary()
    {
        TimeSpan elapsed = context.Console.Time.GetElapsedTime(_startTimestamp);
        context.Note(
            $"Read {Amounts.Count(_recordsCount, "record")} ({Amounts.Bytes(_bytes)}) from {topic} in {Amounts.Elapsed(elapsed)}: "
            + $"{Amounts.RecordsRate(_recordsCount, elapsed)}, {Amounts.BytesRate(_bytes, elapsed)}.");
    }
}
