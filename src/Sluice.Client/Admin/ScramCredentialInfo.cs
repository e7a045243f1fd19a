using Sluice.Protocol.Sasl;

namespace Sluice.Client.Admin;

/// <summary>A SCRAM credential of a user, as far as it is ever shown.</summary>
/// <param name="User">Whose.</param>
/// <param name="Mechanism">For which mechanism.</param>
/// <param name="Iterations">How often the password was hashed.</param>
public sealed record ScramCredentialInfo(string User, ScramMechanism Mechanism, int Iterations);
