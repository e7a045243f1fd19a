namespace Sluice.Broker.Takeover;

/// <summary>Something that a user should know before a directory is taken over.</summary>
/// <param name="Kind">What it means.</param>
/// <param name="Message">One line without a full stop that says what to do where something can be done; never holds a secret.</param>
public sealed record KafkaFinding(KafkaFindingKind Kind, string Message);
