namespace Sluice.Metadata.Configs;

/// <summary>Why some settings are not acted upon. One line per missing piece of Sluice: when the piece arrives, its line goes.</summary>
internal static class NotServed
{
    // Accepted at start, reported by name, without effect.
    internal static readonly ConfigSupport SingleNode = ConfigSupport.NoEffect("there is one node, so nothing is replicated, elected or spread");
    internal static readonly ConfigSupport Quorum = ConfigSupport.NoEffect("the node keeps its metadata itself and needs no controller quorum");
    internal static readonly ConfigSupport CoordinatorBatches = ConfigSupport.NoEffect("coordinators write what one request changes as one batch, at once");
    internal static readonly ConfigSupport SharePersister = ConfigSupport.NoEffect("the state of share groups is always kept in __share_group_state");
    internal static readonly ConfigSupport TwoPhaseCommit = ConfigSupport.NoEffect("two-phase commit of transactions is not part of this version");
    internal static readonly ConfigSupport MarkersAwaited = ConfigSupport.NoEffect("requests wait for the markers of the transaction before theirs, and need not try again");
    internal static readonly ConfigSupport LogTasks = ConfigSupport.NoEffect("background passes over the logs keep their own rhythm");
    internal static readonly ConfigSupport Threads = ConfigSupport.NoEffect("the thread pool adapts itself to the load");
    internal static readonly ConfigSupport QueuedRequests = ConfigSupport.NoEffect("requests do not queue: each connection handles its own");
    internal static readonly ConfigSupport Purgatory = ConfigSupport.NoEffect("completed requests are not kept in lists");
    internal static readonly ConfigSupport TieredUnused = ConfigSupport.NoEffect("tiered storage is not part of this version");
    internal static readonly ConfigSupport Metrics = ConfigSupport.NoEffect("metrics are published by the .NET meters");
    internal static readonly ConfigSupport JavaTls = ConfigSupport.NoEffect("TLS is OpenSSL's, or the system's own, not Java's");
    internal static readonly ConfigSupport BrokerLogsInNowhere = ConfigSupport.NoEffect("the broker logs in nowhere itself");

    // Refused: to ignore one of these would leave somebody less safe, or with other data, than they believe.
    internal static readonly ConfigSupport Kerberos = ConfigSupport.Refused("Kerberos is not part of this version; use SCRAM-SHA-256, SCRAM-SHA-512, PLAIN or OAUTHBEARER");
    internal static readonly ConfigSupport ReplicationThrottle = ConfigSupport.Refused("there is no replication to throttle");
    internal static readonly ConfigSupport TieredStorage = ConfigSupport.Refused("tiered storage is not part of this version");
    internal static readonly ConfigSupport Plugins = ConfigSupport.Refused("Java classes cannot be loaded");
    internal static readonly ConfigSupport IndirectValues = ConfigSupport.Refused("indirect values are not resolved");
    internal static readonly ConfigSupport Unstable = ConfigSupport.Refused("versions under development are not offered");
    internal static readonly ConfigSupport TestHook = ConfigSupport.Refused("it is a hook for Kafka's own tests");

    // Accepted and kept, so that topics of existing applications can be created; the rest of the effect is still to come.
    internal static readonly ConfigSupport UncleanElection =
        ConfigSupport.HonouredWith("kept for elections, of which there are none with one node");
}
