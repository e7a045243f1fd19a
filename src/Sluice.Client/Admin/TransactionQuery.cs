namespace Sluice.Client.Admin;

/// <summary>Which transactional ids to list: those that meet every condition that is given.</summary>
public sealed record TransactionQuery
{
    /// <summary>In one of these states, spelled as the broker does; empty = any.</summary>
    public IReadOnlyCollection<string> States { get; init; } = [];

    /// <summary>Of one of these producers; empty = any.</summary>
    public IReadOnlyCollection<long> ProducerIds { get; init; } = [];

    /// <summary>Transaction open for longer than so many milliseconds, 0 or more; null = any. Needs brokers of ListTransactions version 1.</summary>
    public long? LongerThanMs { get; init; }

    /// <summary>Regular expression (RE2) that the whole id matches; null = any. Needs brokers of ListTransactions version 2.</summary>
    public string? IdPattern { get; init; }
}
