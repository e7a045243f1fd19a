using System.Collections.Immutable;
using Sluice.Broker.Topics;
using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

// Subscriptions by pattern. Matching all topics takes time, so that it is done beside the shard and its result comes back as an operation.
internal sealed partial class ConsumerGroups
{
    /// <summary>A group's patterns are not matched more often than this.</summary>
    private const int ResolutionIntervalMs = 10_000;

    private long _topicsMadeInVersion;

    private static bool IsKnown(ConsumerGroup group, string regex) =>
        group.UsedRegexes.Contains(regex) || group.Regexes.ContainsKey(regex);

    private void ResolveRegexes(ConsumerGroup group, Func<string, bool>? mayDescribe)
    {
        if (group.IsResolving || group.UsedRegexes.Count == 0) return;
        long nowMs = shard.NowMs;
        if (group.ResolutionStartedMs is { } startedMs && nowMs - startedMs < ResolutionIntervalMs) return;
        string[] regexes = [.. group.UsedRegexes];
        if (!regexes.Any(regex => IsOutdated(group, regex, nowMs))) return;

        group.IsResolving = true;
        group.ResolutionStartedMs = nowMs;
        TopicTable topics = shard.Topics();
        shard.Background.Run(() => Resolve(regexes, topics, mayDescribe, nowMs), resolved => OnResolved(group, resolved));
    }

    private bool IsOutdated(ConsumerGroup group, string regex, long nowMs) =>
        !group.Regexes.TryGetValue(regex, out ResolvedRegex? resolved)
        || resolved.MetadataVersion < _topicsMadeInVersion
        || nowMs - resolved.TimestampMs >= _settings.RegexRefreshIntervalMs;

    // Beside the shard: touches nothing of it. Topics that the one may not know of whose heartbeat began this are left out for the whole group.
    private static Dictionary<string, ResolvedRegex> Resolve(string[] regexes, TopicTable topics, Func<string, bool>? mayDescribe, long nowMs)
    {
        string[] names = [.. topics.All.Select(static topic => topic.Name).Where(name => mayDescribe?.Invoke(name) != false)];
        return regexes.ToDictionary(
            static regex => regex,
            regex => new ResolvedRegex(TopicPattern.TryCreate(regex)?.Select(names) ?? ImmutableArray<string>.Empty, topics.Image.Version, nowMs),
            StringComparer.Ordinal);
    }

    private void OnResolved(ConsumerGroup group, Dictionary<string, ResolvedRegex> resolved)
    {
        group.IsResolving = false;
        if (group.IsRemoved) return;
        var update = new ConsumerGroupUpdate(group, []);
        bool hasChanged = false;
        foreach ((string regex, ResolvedRegex result) in resolved)
        {
            if (!group.UsedRegexes.Contains(regex)) continue;
            hasChanged |= !result.Topics.AsSpan().SequenceEqual((group.Regexes.GetValueOrDefault(regex)?.Topics ?? []).AsSpan());
            update.SetRegex(regex, result);
        }
        update.RemoveUnusedRegexes();
        if (update.Records.Count == 0) return;
        long hash = TopicsHash.Of(update.SubscribedTopics(), shard.Topics());
        if (hasChanged || hash != group.MetadataHash) update.SetEpoch(group.Epoch + 1, hash);
        ErrorCode error = Store(update);

        // Then the next heartbeat after the interval tries again.
        if (error != ErrorCode.None) BrokerLog.GroupNotStored(shard.Logger, group.Id, error);
    }
}
