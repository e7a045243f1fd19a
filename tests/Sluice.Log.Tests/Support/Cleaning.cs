using Sluice.Log.Compaction;

namespace Sluice.Log.Tests.Support;

/// <summary>Rounds of compaction on the test's own thread, without checkpoint and choice.</summary>
internal static class Cleaning
{
    public static readonly CleaningLimits Limits = new(MapBytes: 1 << 20, LoadFactor: 0.9, BufferBytes: 4096, DecompressedBatchBytesMax: 1 << 24);

    /// <summary>Does one round over everything that may be compacted.</summary>
    /// <returns>Offset up to which the log is clean, and what was done.</returns>
    public static (long EndOffset, CleaningCounts Counts) Clean(this LogFixture fixture, long? checkpoint = null, CleaningLimits? limits = null)
    {
        fixture.Log.FlushAsync().GetAwaiter().GetResult();
        fixture.Manager.CheckpointAll();
        var counts = new CleaningCounts();
        CleanableRange range = fixture.Log.FindCleanableRange(checkpoint);
        CleaningSource source = fixture.Log.BeginCleaning(range);
        var pace = new CleaningPace(new IoThrottle(fixture.Time, double.MaxValue), counts, source, CancellationToken.None);
        long endOffset = new LogCleaning(source, limits ?? Limits, pace, counts).Run(fixture.Time.GetUtcNow().ToUnixTimeMilliseconds());
        return (endOffset, counts);
    }

    /// <summary>Appends one batch of records with keys; a null value is a tombstone.</summary>
    public static AppendResult AppendKeyed(
        this LogFixture fixture, (string Key, string? Value)[] records, Action<Protocol.Records.RecordBatchBuilder>? configure = null, int leaderEpoch = 0)
    {
        long nowMs = fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();
        return fixture.Append(Batches.Build(records.Select(record => ((string?)record.Key, record.Value, nowMs)), configure), leaderEpoch);
    }

    /// <summary>Appends one record, and begins a new segment behind it if asked.</summary>
    public static long Put(this LogFixture fixture, string key, string? value, bool roll = false)
    {
        long offset = fixture.AppendKeyed([(key, value)]).BaseOffset;
        if (roll)
        {
            fixture.Log.Roll().ShouldBeTrue();
        }

        return offset;
    }

    /// <summary>Key and value of every record that is left, by offset.</summary>
    public static List<(long Offset, string? Key, string? Value)> Left(this LogFixture fixture) =>
        [.. KeyedRecord.ReadAll(fixture.Log).Select(record => (record.Offset, record.Key, record.Value))];
}
