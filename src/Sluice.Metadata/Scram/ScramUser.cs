using Sluice.Protocol.Sasl;

namespace Sluice.Metadata.Scram;

/// <summary>What a SCRAM credential belongs to: a user may have one of each mechanism.</summary>
/// <param name="Name">Not empty; case matters.</param>
/// <param name="Mechanism">Which mechanism.</param>
public readonly record struct ScramUser(string Name, ScramMechanism Mechanism);
