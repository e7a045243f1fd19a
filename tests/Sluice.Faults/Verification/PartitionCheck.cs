using System.Globalization;
using Sluice.Faults.Load;

namespace Sluice.Faults.Verification;

/// <summary>Compares what was found in a partition with what was promised.</summary>
public static class PartitionCheck
{
    // Enough to see the pattern of a failure.
    private const int ProblemsMax = 10;

    /// <summary>Lists what is wrong.</summary>
    /// <param name="promise">What the topic promises.</param>
    /// <param name="ledger">What was sent and acknowledged; nothing may be acknowledged meanwhile.</param>
    /// <param name="content">What was found.</param>
    /// <returns>Empty if every promise was kept; at most a few otherwise.</returns>
    public static IReadOnlyList<string> Run(TopicPromise promise, PartitionLedger ledger, PartitionContent content)
    {
        IEnumerable<string> problems = promise switch
        {
            TopicPromise.LatestOfKey => CheckOrder(content).Concat(CheckKeys(ledger, content)),
            TopicPromise.AtLeastOnce => CheckWhole(content).Concat(CheckAcknowledged(ledger, content)),
            TopicPromise.Prefix => CheckWhole(content).Concat(CheckOnce(ledger, content)),
            _ => CheckWhole(content).Concat(CheckAcknowledged(ledger, content)).Concat(CheckOnce(ledger, content)),
        };
        if (promise is TopicPromise.ExactlyOnce or TopicPromise.AtLeastOnce or TopicPromise.Prefix && content.StartOffset != 0)
        {
            problems = problems.Prepend($"the log begins at {content.StartOffset}, and nobody deleted anything");
        }

        return [.. problems.Take(ProblemsMax).Select(problem => $"{ledger.Name} [{content.StartOffset}, {content.EndOffset}): {problem}")];
    }

    // Offsets without a gap from the log's start to its end.
    private static IEnumerable<string> CheckWhole(PartitionContent content)
    {
        long next = content.Records.Count > 0 ? content.Records[0].Offset : content.EndOffset;
        if (next > content.StartOffset) yield return $"the first record has offset {next}";
        foreach (FoundRecord record in content.Records)
        {
            if (record.Offset != next) yield return $"offset {record.Offset} follows {next - 1}";
            if (record.Index < 0) yield return $"the record at offset {record.Offset} was never sent";
            else if (record.Key != KeyOf(record.Index)) yield return $"record {record.Index} at offset {record.Offset} has the key {record.Key}";
            next = record.Offset + 1;
        }

        if (next != content.EndOffset) yield return $"the last record has offset {next - 1}";
    }

    private static IEnumerable<string> CheckAcknowledged(PartitionLedger ledger, PartitionContent content)
    {
        Dictionary<long, long> indexes = content.Records.ToDictionary(static record => record.Offset, static record => record.Index);
        foreach ((long index, long offset) in ledger.Acknowledged())
        {
            if (!indexes.TryGetValue(offset, out long found))
            {
                if (offset >= content.StartOffset) yield return $"record {index}, acknowledged at offset {offset}, is gone";
            }
            else if (found != index)
            {
                yield return $"at offset {offset}, where record {index} was acknowledged, is record {found}";
            }
        }
    }

    private static IEnumerable<string> CheckOnce(PartitionLedger ledger, PartitionContent content)
    {
        foreach (FoundRecord record in content.Records)
        {
            if (record.Index != record.Offset) yield return $"record {record.Index} is at offset {record.Offset}: one is missing, or there twice";
        }

        if (content.EndOffset > ledger.SentCount) yield return $"only {ledger.SentCount} records were sent";
    }

    private static IEnumerable<string> CheckOrder(PartitionContent content)
    {
        long last = -1;
        foreach (FoundRecord record in content.Records)
        {
            if (record.Offset <= last) yield return $"offset {record.Offset} follows {last}";
            if (record.Offset >= content.EndOffset) yield return $"offset {record.Offset} lies behind the end";
            if (record.Index == FoundRecord.Unknown) yield return $"the record at offset {record.Offset} was never sent";
            // The producer is idempotent and the only one: record number n can be nowhere but at offset n.
            else if (record.Index >= 0 && record.Index != record.Offset) yield return $"record {record.Index} is at offset {record.Offset}";
            last = record.Offset;
        }
    }

    private static IEnumerable<string> CheckKeys(PartitionLedger ledger, PartitionContent content)
    {
        Dictionary<string, long> latest = [];
        foreach (FoundRecord record in content.Records) latest[record.Key] = record.Offset;
        Dictionary<string, long> acknowledged = [];
        foreach ((long index, long offset) in ledger.Acknowledged())
        {
            if (index != offset) yield return $"record {index} was acknowledged at offset {offset}";
            if (offset >= content.EndOffset) yield return $"record {index}, acknowledged at offset {offset}, lies behind the end";
            string key = KeyOf(index);
            acknowledged[key] = Math.Max(acknowledged.GetValueOrDefault(key, -1), index);
        }

        foreach ((string key, long index) in acknowledged)
        {
            if (latest.TryGetValue(key, out long found))
            {
                if (found < index) yield return $"{key} has record {found}; record {index} was acknowledged";
            }
            else if (!AnyTombstone(key, index, content.EndOffset))
            {
                yield return $"{key} is gone; record {index} was acknowledged and none later deletes it";
            }
        }
    }

    // Whether some record of a key, from one on, deletes it.
    private static bool AnyTombstone(string key, long fromIndex, long upToIndex)
    {
        for (long index = fromIndex; index < upToIndex; index++)
        {
            if (LoadRecord.IsTombstone(index) && KeyOf(index) == key) return true;
        }

        return false;
    }

    private static string KeyOf(long index) => string.Create(CultureInfo.InvariantCulture, $"key-{LoadRecord.KeyOf(index)}");
}
