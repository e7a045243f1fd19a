using Sluice.Protocol;

namespace Sluice.Differential;

/// <summary>Every difference that is meant, with its reason. An entry that no run needs any more fails the run.</summary>
internal static class ExpectedDifferences
{
    /// <summary>Reason of the entries for APIs of later releases: the page shows those in its table of APIs.</summary>
    public const string NotServedYet = "Not served yet.";

    /// <summary>Differences that a run must show.</summary>
    public static IReadOnlyList<ExpectedDifference> All { get; } = [];

    /// <summary>Differences that a script of requests cannot show reliably: what happens, on Kafka, on Sluice.</summary>
    public static IReadOnlyList<(string What, string Kafka, string Sluice)> BeyondRequests { get; } =
    [
        ("many connections each announce a frame of about 100 MB and never send it",
            "the heap is exhausted and the broker serves nobody, not even afterwards",
            "memory follows the bytes received, with a ceiling over all connections; other clients go on"),
        ("a fetch beside concurrent appends",
            "rarely answers a last stable offset above its own high watermark",
            "both come from one consistent snapshot"),
        ("a topic just created",
            "NOT_LEADER_OR_FOLLOWER, or missing from Metadata, for some milliseconds",
            "usable when CreateTopics answers"),
        ("sendfile of pages that are not in memory (KAFKA-7504)",
            "stalls every connection of that network thread while the disk works",
            "cold ranges are read ahead apart from the connections' threads"),
    ];
}
