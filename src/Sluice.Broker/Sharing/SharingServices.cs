namespace Sluice.Broker.Sharing;

/// <summary>What the handlers of share groups' fetches work with.</summary>
/// <param name="Settings">Settings.</param>
/// <param name="Partitions">Share partitions in memory.</param>
/// <param name="Sessions">Sessions of members.</param>
/// <param name="Fetcher">Gives records out.</param>
/// <param name="Acknowledger">Takes them back.</param>
internal sealed record SharingServices(ShareSettings Settings, SharePartitions Partitions, ShareSessions Sessions, ShareFetcher Fetcher, ShareAcknowledger Acknowledger);
