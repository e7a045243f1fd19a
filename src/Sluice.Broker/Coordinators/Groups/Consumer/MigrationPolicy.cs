namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary><c>group.consumer.migration.policy</c>: which groups may change their protocol while they have members.</summary>
[Flags]
internal enum MigrationPolicy
{
    /// <summary>None.</summary>
    Disabled = 0,

    /// <summary>Classic groups that a member of the consumer protocol joins.</summary>
    Upgrade = 1,

    /// <summary>Consumer groups whose last member of the consumer protocol goes.</summary>
    Downgrade = 2,

    /// <summary>Both.</summary>
    Bidirectional = Upgrade | Downgrade,
}
