using System.CommandLine;
using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Log;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary><c>sluice log index</c>.</summary>
internal static class LogIndexCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> path = LogPathArgument.One();
        var rebuild = new Option<bool>("--rebuild") { Description = "Build the indexes anew from the batches. No broker may be running in the data directory" };
        Option<int?> interval = NumberOption.Create(
            "--interval-bytes", "N", $"Bytes of log between two entries, the topic's index.interval.bytes [default: {LogConfig.Default.IndexIntervalBytes}]", 0, int.MaxValue);
        var command = new SluiceCommand(
            "index",
            "Print the entries of offset, time and transaction indexes; or build them anew, each replaced in one step. "
            + "The indexes of a damaged segment are left as they are, with exit code 1.",
            "sluice log index ./data/orders-0/00000000000000000000.index",
            "sluice log index ./data/orders-0 --rebuild")
        {
            path, rebuild, interval,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            InspectedPath inspected = LogPathArgument.Identify(context.ParseResult.GetRequiredValue(path));
            int? intervalBytes = context.ParseResult.GetValue(interval);
            if (context.ParseResult.GetValue(rebuild))
            {
                return await RebuildAsync(context, inspected, intervalBytes ?? LogConfig.Default.IndexIntervalBytes, cancellationToken).ConfigureAwait(false);
            }

            if (intervalBytes is not null) throw CommandException.Usage("--interval-bytes means something only with --rebuild");
            Print(context, inspected);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Print(CommandContext context, InspectedPath path)
    {
        using JsonDumpWriter? json = context.IsJson ? new JsonDumpWriter(context.Console.Output) : null;
        DumpWriter writer = json is not null ? json : new TextDumpWriter(context.Console.Output);
        var dumping = new LogFileDumping(writer, fromOffset: 0);
        switch (path.Kind)
        {
            case InspectedPathKind.DataDirectory:
                foreach (string partition in LogFiles.FindPartitions(path.FullPath)) PrintPartition(dumping, writer, partition);
                break;
            case InspectedPathKind.PartitionDirectory:
                PrintPartition(dumping, writer, path.FullPath);
                break;
            case InspectedPathKind.Segment:
                PrintSegment(dumping, writer, path.FullPath);
                break;
            case InspectedPathKind.OffsetIndex or InspectedPathKind.TimeIndex or InspectedPathKind.TransactionIndex:
                dumping.Dump(path);
                break;
            default:
                throw CommandException.Usage($"{path.FullPath} is neither a log nor an index");
        }
    }

    private static void PrintPartition(LogFileDumping dumping, DumpWriter writer, string partition)
    {
        foreach ((_, string logPath) in LogFiles.FindSegments(partition)) PrintSegment(dumping, writer, logPath);
    }

    private static void PrintSegment(LogFileDumping dumping, DumpWriter writer, string logPath)
    {
        foreach (string extension in (ReadOnlySpan<string>)["index", "timeindex", "txnindex"])
        {
            string indexPath = Path.Combine(Path.GetDirectoryName(logPath)!, Path.GetFileName(logPath).Replace(".log", $".{extension}", StringComparison.Ordinal));
            if (!File.Exists(indexPath)) continue;
            writer.Begin("index");
            writer.Text("file", indexPath);
            writer.End();
            dumping.Dump(InspectedPath.Identify(indexPath));
        }
    }

    private static async Task<int> RebuildAsync(CommandContext context, InspectedPath path, int intervalBytes, CancellationToken cancellationToken)
    {
        var progress = new InspectionProgress();
        var rebuilder = new IndexRebuilder(InspectionLimits.Default, intervalBytes, progress);
        IReadOnlyList<RebuiltSegment> segments = await RunAsync().ConfigureAwait(false);
        if (context.IsJson) WriteJson(context, segments);
        else WriteTable(context, segments);
        return segments.Any(segment => segment.Problem is not null) ? ExitCodes.Failed : ExitCodes.Ok;

        async Task<IReadOnlyList<RebuiltSegment>> RunAsync()
        {
            try
            {
                return await LogProgress.RunAsync(context, progress, () => rebuilder.Rebuild(path, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
            catch (ArgumentException exception)
            {
                throw CommandException.Usage(exception.Message);
            }
        }
    }

    private static void WriteTable(CommandContext context, IReadOnlyList<RebuiltSegment> segments)
    {
        var table = new TextTable("Segment", ">Batches", ">Index", ">Time index", ">Aborted", "Result");
        foreach (RebuiltSegment segment in segments)
        {
            table.Add(
                Path.Combine(Path.GetFileName(Path.GetDirectoryName(segment.LogPath)!), Path.GetFileName(segment.LogPath)),
                Amounts.Count(segment.BatchesCount),
                Amounts.Count(segment.OffsetEntriesCount),
                Amounts.Count(segment.TimeEntriesCount),
                Amounts.Count(segment.AbortedCount),
                segment.Problem is null ? "rebuilt" : $"left: {segment.Problem}");
        }

        context.Write(table);
        context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{segments.Count(segment => segment.Problem is null)} of {segments.Count} segments rebuilt"));
    }

    private static void WriteJson(CommandContext context, IReadOnlyList<RebuiltSegment> segments)
    {
        using var json = new JsonDumpWriter(context.Console.Output);
        foreach (RebuiltSegment segment in segments)
        {
            json.Begin("segment");
            json.Text("file", segment.LogPath);
            json.Number("baseOffset", segment.BaseOffset);
            json.Number("batches", segment.BatchesCount);
            json.Number("offsetEntries", segment.OffsetEntriesCount);
            json.Number("timeEntries", segment.TimeEntriesCount);
            json.Number("aborted", segment.AbortedCount);
            json.Flag("rebuilt", segment.Problem is null);
            if (segment.Problem is { } problem) json.Text("problem", problem);
            json.End();
        }
    }
}
