using System.Globalization;
using Sluice.Cli.Output;
using Sluice.Log.Inspection;

namespace Sluice.Cli.Commands.LogTools;

/// <summary>Takes findings and verdicts in, and shows them: with --json at once, else when everything has been checked.</summary>
internal sealed class VerificationReport(CommandContext context)
{
    // A person reads the first few; a program takes --json, where there is no limit because nothing is kept.
    private const int KeptFindingsMax = 1000;
    private const int KeptSoundMax = 10_000;

    // A data directory of Kafka's has a hundred partitions that are empty.
    private const int ShownEmptyMax = 20;

    private readonly List<Finding> _findings = [];
    private readonly List<PartitionVerdict> _verdicts = [];
    private long _findingsCount;
    private long _partitionsCount;
    private long _damageCount;
    private long _repairableCount;
    private long _notesCount;
    private long _bytes;
    private long _recordsCount;

    /// <summary>Whether nothing is wrong so far.</summary>
    internal bool IsSound => _damageCount + _repairableCount == 0;

    internal void Add(Finding finding)
    {
        _findingsCount++;
        if (!context.IsJson)
        {
            if (_findings.Count < KeptFindingsMax) _findings.Add(finding);
            return;
        }

        using var json = new JsonDumpWriter(context.Console.Output);
        json.Begin("finding");
        json.Text("severity", Name(finding.Severity));
        json.Text("code", finding.Code);
        json.Text("file", finding.Path);
        if (finding.PositionBytes is { } position) json.Number("position", position);
        if (finding.Offset is { } offset) json.Number("offset", offset);
        json.Text("what", finding.What);
        json.Text("meaning", finding.Meaning);
        json.Text("remedy", finding.Remedy);
        json.End();
    }

    internal void Add(PartitionVerdict verdict)
    {
        _partitionsCount++;
        _damageCount += verdict.DamageCount;
        _repairableCount += verdict.RepairableCount;
        _notesCount += verdict.NotesCount;
        _bytes += verdict.Bytes;
        _recordsCount += verdict.RecordsCount;
        if (!context.IsJson)
        {
            if (_verdicts.Count < KeptSoundMax || !verdict.IsSound) _verdicts.Add(verdict);
            return;
        }

        using var json = new JsonDumpWriter(context.Console.Output);
        json.Begin("partition");
        json.Text("name", verdict.Name);
        json.Number("segments", verdict.SegmentsCount);
        json.Number("bytes", verdict.Bytes);
        json.Number("batches", verdict.BatchesCount);
        json.Number("records", verdict.RecordsCount);
        json.Number("firstOffset", verdict.FirstOffset);
        json.Number("nextOffset", verdict.NextOffset);
        json.Number("damagedBytes", verdict.DamagedBytes);
        json.Number("damage", verdict.DamageCount);
        json.Number("repairable", verdict.RepairableCount);
        json.Number("notes", verdict.NotesCount);
        json.Flag("sound", verdict.IsSound);
        json.End();
    }

    internal void Finish()
    {
        if (context.IsJson)
        {
            using var json = new JsonDumpWriter(context.Console.Output);
            json.Begin("summary");
            json.Number("partitions", _partitionsCount);
            json.Number("bytes", _bytes);
            json.Number("records", _recordsCount);
            json.Number("damage", _damageCount);
            json.Number("repairable", _repairableCount);
            json.Number("notes", _notesCount);
            json.Flag("sound", IsSound);
            json.End();
            return;
        }

        foreach (Finding finding in _findings) Write(finding);
        if (_findingsCount > _findings.Count) context.WriteLine($"and {Amounts.Count(_findingsCount - _findings.Count, "finding")} more: --json tells them all\n");
        WriteTable();
    }

    private void Write(Finding finding)
    {
        string position = finding.PositionBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $"  position {bytes}") : "";
        string offset = finding.Offset is { } number ? string.Create(CultureInfo.InvariantCulture, $"  offset {number}") : "";
        context.WriteLine($"{Label(finding.Severity)}  {finding.Path}{position}{offset}");
        context.WriteLine($"  {finding.What} ({finding.Code})");
        context.WriteLine($"  means: {finding.Meaning}");
        context.WriteLine($"  mend:  {finding.Remedy}");
        context.WriteLine();
    }

    private string Label(FindingSeverity severity)
    {
        string name = Name(severity).ToUpperInvariant();
        if (!context.IsRich) return name;
        string color = severity switch { FindingSeverity.Damage => "31", FindingSeverity.Repairable => "33", _ => "36" };
        return $"\e[1;{color}m{name}\e[0m";
    }

    private void WriteTable()
    {
        var table = new TextTable("Partition", ">Segments", ">Size", ">Batches", ">Records", ">First", ">Next", ">Damage", ">Repairable", ">Notes", "Verdict");
        int emptyCount = _verdicts.Count(IsEmptyAndSound);
        foreach (PartitionVerdict verdict in _verdicts.Where(verdict => emptyCount <= ShownEmptyMax || !IsEmptyAndSound(verdict)))
        {
            table.Add(
                verdict.Name,
                Amounts.Count(verdict.SegmentsCount),
                Amounts.Bytes(verdict.Bytes),
                Amounts.Count(verdict.BatchesCount),
                Amounts.Count(verdict.RecordsCount),
                Amounts.OffsetOrDash(verdict.FirstOffset),
                Amounts.OffsetOrDash(verdict.NextOffset),
                Amounts.Count(verdict.DamageCount),
                Amounts.Count(verdict.RepairableCount),
                Amounts.Count(verdict.NotesCount),
                verdict.DamageCount > 0 ? "damaged" : verdict.RepairableCount > 0 ? "repairable" : "sound");
        }

        if (_verdicts.Count > 0) context.Write(table);
        if (emptyCount > ShownEmptyMax) context.WriteLine($"and {Amounts.Count(emptyCount, "partition")} that are empty and sound");
        string found = IsSound
            ? "sound"
            : $"{Amounts.Count(_damageCount)} damaged, {Amounts.Count(_repairableCount)} repairable";
        context.WriteLine(
            $"{Amounts.Count(_partitionsCount)} looked at, {Amounts.Bytes(_bytes)}, {Amounts.Count(_recordsCount, "record")}: {found}, {Amounts.Count(_notesCount, "note")}");
    }

    private static bool IsEmptyAndSound(PartitionVerdict verdict) => verdict is { BatchesCount: 0, IsSound: true, NotesCount: 0 };

    private static string Name(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Damage => "damage",
        FindingSeverity.Repairable => "repairable",
        _ => "note",
    };
}
