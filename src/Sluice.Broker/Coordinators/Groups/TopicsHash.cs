using System.Text;
using Sluice.Broker.Topics;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>A number that changes when the topics of a group change: FNV-1a, 64 bits, over names, ids and partition counts.</summary>
/// <remarks>It is stored and compared, never shown. Apache Kafka computes another one, so a group taken over from it starts with one more epoch.</remarks>
internal static class TopicsHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The hash of those of the names that are topics.</summary>
    /// <param name="names">In any order, each once.</param>
    /// <param name="topics">The topics there are.</param>
    /// <returns>0 if there are none.</returns>
    public static long Of(IEnumerable<string> names, TopicTable topics)
    {
        ulong hash = OffsetBasis;
        bool isEmpty = true;
        foreach (string name in names.Order(StringComparer.Ordinal))
        {
            if (topics.Find(name) is not { } topic) continue;
            isEmpty = false;
            foreach (byte unit in Encoding.UTF8.GetBytes(name)) hash = Add(hash, unit);
            hash = Add(hash, 0); // Ends the name, so that it cannot run into what follows.
            hash = Add(hash, topic.Id.High);
            hash = Add(hash, topic.Id.Low);
            hash = Add(hash, (ulong)topic.Partitions.Length);
        }
        return isEmpty ? 0 : (long)hash;
    }

    private static ulong Add(ulong hash, ulong value)
    {
        for (int shift = 0; shift < 64; shift += 8) hash = Add(hash, (byte)(value >> shift));
        return hash;
    }

    private static ulong Add(ulong hash, byte value) => unchecked((hash ^ value) * Prime);
}
