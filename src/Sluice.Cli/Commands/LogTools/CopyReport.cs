using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Shows what a copy has and what it has not.</summary>
internal sealed class CopyReport(CommandContext context)
{
    private readonly List<CopiedPartition> _partitions = [];

    /// <summary>Whether nothing was lost.</summary>
    internal bool IsComplete { get; private set; } = true;

    internal void Add(CopiedPartition partition)
    {
        IsComplete &= partition.LostRangesCount == 0;
        if (context.IsJson) WriteJson(partition);
        else _partitions.Add(partition);
    }

    internal void Finish()
    {
        if (context.IsJson) return;
        foreach (CopiedPartition partition in _partitions.Where(partition => partition.LostRangesCount > 0)) WriteLost(partition);
        var table = new TextTable("Partition", ">Segments", ">Size", ">Batches", ">Records", ">Next", ">Mended", ">Left out", ">Lost ranges");
        foreach (CopiedPartition partition in _partitions)
        {
            table.Add(
                partition.Name,
                Amounts.Count(partition.SegmentsCount),
                Amounts.Bytes(partition.Bytes),
                Amounts.Count(partition.BatchesCount),
                Amounts.Count(partition.RecordsCount),
                Amounts.OffsetOrDash(partition.NextOffset),
                Amounts.Count(partition.MendedCount),
                Amounts.Bytes(partition.SkippedBytes),
                Amounts.Count(partition.LostRangesCount));
        }

        context.Write(table);
        context.WriteLine(IsComplete ? "everything was copied" : "some offsets are lost: see above");
    }

    private void WriteLost(CopiedPartition partition)
    {
        foreach (LostOffsets lost in partition.Lost)
        {
            string range = lost.UpToOffset is { } upTo
                ? string.Create(CultureInfo.InvariantCulture, $"offsets {lost.FromOffset} to {upTo - 1}")
                : string.Create(CultureInfo.InvariantCulture, $"offsets from {lost.FromOffset} on, to the end of the log");
            context.WriteLine($"LOST  {partition.Name}  {range}");
            context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {lost.Path}  position {lost.PositionBytes}: {lost.Reason}"));
        }

        long untoldCount = partition.LostRangesCount - partition.Lost.Count;
        if (untoldCount > 0) context.WriteLine($"LOST  {partition.Name}  and {Amounts.Count(untoldCount, "range")} more");
        context.WriteLine();
    }

    private void WriteJson(CopiedPartition partition)
    {
        using var json = new JsonDumpWriter(context.Console.Output);
        foreach (LostOffsets lost in partition.Lost)
        {
            json.Begin("lost");
            json.Text("partition", partition.Name);
            json.Number("fromOffset", lost.FromOffset);
            if (lost.UpToOffset is { } upTo) json.Number("upToOffset", upTo);
            json.Text("file", lost.Path);
            json.Number("position", lost.PositionBytes);
            json.Text("reason", lost.Reason);
            json.End();
        }

        json.Begin("partition");
        json.Text("name", partition.Name);
        json.Number("segments", partition.SegmentsCount);
        json.Number("bytes", partition.Bytes);
        json.Number("batches", partition.BatchesCount);
        json.Number("records", partition.RecordsCount);
        json.Number("nextOffset", partition.NextOffset);
        json.Number("mended", partition.MendedCount);
        json.Number("skippedBytes", partition.SkippedBytes);
        json.Number("lostRanges", partition.LostRangesCount);
        json.End();
    }
}
