using System.Collections.Frozen;

namespace Sluice.Metadata.Configs;

/// <summary>Settings of Kafka 3 and older that Kafka 4 no longer has. Files written for those are still about: each is reported, none stops a start.</summary>
internal static class RetiredSettings
{
    private static readonly FrozenSet<string> s_names = FrozenSet.ToFrozenSet(
    [
        "broker.id.generation.enable", "control.plane.listener.name", "delegation.token.master.key", "group.coordinator.new.enable",
        "inter.broker.protocol.version", "log.message.downconversion.enable", "log.message.format.version",
        "log.message.timestamp.difference.max.ms", "offsets.commit.required.acks", "password.encoder.cipher.algorithm",
        "password.encoder.iterations", "password.encoder.key.length", "password.encoder.keyfactory.algorithm", "password.encoder.old.secret",
        "password.encoder.secret", "reserved.broker.max.id",
    ], StringComparer.Ordinal);

    /// <returns>Null if the name is not one of them, else the remark for the report.</returns>
    internal static string? Find(string name) =>
        name.StartsWith("zookeeper.", StringComparison.Ordinal) ? $"{ConfigErrors.Shorten(name)} has no effect: there is no ZooKeeper"
        : s_names.Contains(name) ? $"{name} has no effect: Kafka 4 no longer has this setting"
        : null;
}
