using System.Collections.Immutable;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Streams;

/// <summary>Finds out how many partitions the topics of an application need, and which of them are missing. A pure function of the topology and the topics.</summary>
internal sealed class TopologyConfigurator
{
    private readonly StreamsTopology _topology;
    private readonly TopicTable _topics;

    // Partitions of the repartition topics, as far as they are known.
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fixed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repartitions = new(StringComparer.Ordinal);

    private TopologyConfigurator(StreamsTopology topology, TopicTable topics)
    {
        _topology = topology;
        _topics = topics;
        foreach (InternalTopicPlan topic in topology.Subtopologies.SelectMany(static part => part.RepartitionSources))
        {
            _repartitions.Add(topic.Name);
            if (topic.Partitions <= 0) continue;
            _fixed.Add(topic.Name);
            _counts[topic.Name] = topic.Partitions;
        }
    }

    /// <summary>Looks at the topics.</summary>
    /// <param name="topology">What the application wants.</param>
    /// <param name="topics">The topics there are.</param>
    /// <param name="configured">What came of it; null if it is refused.</param>
    /// <returns>Null, or what no topics could make good.</returns>
    public static Refusal? Configure(StreamsTopology topology, TopicTable topics, out ConfiguredTopology? configured) => new TopologyConfigurator(topology, topics).Configure(out configured);

    private Refusal? Configure(out ConfiguredTopology? configured)
    {
        configured = null;
        string[] missingSources = [.. _topology.Subtopologies.SelectMany(static part => part.SourceTopics).Where(name => _topics.Find(name) is null).Distinct().Order(StringComparer.Ordinal)];
        if (missingSources.Length > 0)
        {
            configured = ConfiguredTopology.Of(StreamsStatus.MissingSourceTopics, $"Source topics {string.Join(", ", missingSources)} are missing.", []);
            return null;
        }
        if (CountRepartitions() is { } unwritten) return unwritten;
        if (_topology.Subtopologies.SelectMany(static part => part.CopartitionGroups).Select(MakeAlike).OfType<string>().FirstOrDefault() is { } unlike)
        {
            configured = ConfiguredTopology.Of(StreamsStatus.IncorrectlyPartitionedTopics, unlike, []);
            return null;
        }

        Dictionary<string, int> tasks = new(StringComparer.Ordinal);
        Dictionary<string, (InternalTopicPlan Plan, int Count)> plans = new(StringComparer.Ordinal);
        foreach (Subtopology part in _topology.Subtopologies)
        {
            int[] counts = [.. part.ReadTopics.Select(name => CountOf(name)!.Value)];
            if (counts.Length == 0) return new Refusal(ErrorCode.StreamsInvalidTopology, $"Subtopology {part.Id} reads no topic.");
            tasks[part.Id] = counts.Max();
            foreach (InternalTopicPlan topic in part.RepartitionSources) plans[topic.Name] = (topic, _counts[topic.Name]);

            // A source topic may be the changelog itself: then it is somebody else's.
            foreach (InternalTopicPlan topic in part.Changelogs.Where(topic => !part.SourceTopics.Contains(topic.Name))) plans[topic.Name] = (topic, tasks[part.Id]);
        }
        configured = Compare(tasks, plans);
        return null;
    }

    private ConfiguredTopology Compare(Dictionary<string, int> tasks, Dictionary<string, (InternalTopicPlan Plan, int Count)> plans)
    {
        List<NewTopic> missing = [];
        foreach ((InternalTopicPlan plan, int count) in plans.Values.OrderBy(static each => each.Plan.Name, StringComparer.Ordinal))
        {
            if (_topics.Find(plan.Name) is not { } topic) missing.Add(plan.ToNewTopic(count));
            else if (topic.Partitions.Length != count)
                return ConfiguredTopology.Of(StreamsStatus.IncorrectlyPartitionedTopics, $"Topic {plan.Name} has {topic.Partitions.Length} partitions; {count} are needed.", []);
        }
        return missing.Count > 0
            ? ConfiguredTopology.Of(StreamsStatus.MissingInternalTopics, $"Internal topics are missing: {string.Join(", ", missing.Select(static topic => topic.Name))}", [.. missing])
            : new ConfiguredTopology(tasks.ToImmutableDictionary(), plans.ToImmutableDictionary(static plan => plan.Key, static plan => plan.Value.Count), [], null);
    }

    // A repartition topic has as many partitions as the widest part that writes it: part by part, since a part may read one and write another.
    private Refusal? CountRepartitions()
    {
        while (true)
        {
            string[] open = [.. _repartitions.Where(name => !_counts.ContainsKey(name)).Order(StringComparer.Ordinal)];
            if (open.Length == 0) return null;
            bool isProgress = false;
            foreach (string name in open)
            {
                int widest = 0;
                foreach (Subtopology writer in _topology.Subtopologies.Where(part => part.RepartitionSinks.Contains(name)))
                {
                    // A part that reads topics of unknown size counts by those that are known, as with Kafka.
                    widest = Math.Max(widest, writer.ReadTopics.Select(topic => CountOf(topic) ?? 0).DefaultIfEmpty(0).Max());
                }
                if (widest == 0) continue;
                _counts[name] = widest;
                isProgress = true;
            }
            if (!isProgress) return new Refusal(ErrorCode.StreamsInvalidTopology, $"Nothing tells how many partitions {string.Join(", ", open)} shall have: no part with known topics writes there.");
        }
    }

    private int? CountOf(string topic)
    {
        if (_repartitions.Contains(topic)) return _counts.TryGetValue(topic, out int count) ? count : null;
        return _topics.Find(topic)?.Partitions.Length;
    }

    // Topics of others must be alike as they are, and so must those whose size the application set; the rest is made to fit.
    private string? MakeAlike(ImmutableArray<string> together)
    {
        if (together.IsEmpty) return null;
        string[] given = [.. together.Where(name => !_repartitions.Contains(name) || _fixed.Contains(name))];
        int[] counts = [.. given.Select(name => CountOf(name)!.Value).Distinct()];
        if (counts.Length > 1) return $"Topics must have equally many partitions and do not: {string.Join(", ", given.Select(name => $"{name} has {CountOf(name)}"))}.";
        int count = counts.Length == 1 ? counts[0] : FreeCount(together);
        foreach (string name in together.Where(_repartitions.Contains)) _counts[name] = count;
        return null;
    }

    // As with Kafka, so that topics that either made fit the other: where the application set the size of some repartition topic, those that it left open
    // have that size too. Sizes that differ tell nothing; then the widest counts.
    private int FreeCount(ImmutableArray<string> together)
    {
        int[] chosen = [.. _fixed.Select(name => _counts[name]).Distinct()];
        return chosen.Length == 1 ? chosen[0] : together.Max(name => CountOf(name)!.Value);
    }
}
