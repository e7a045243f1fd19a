using Sluice.Metadata.Scram;

namespace Sluice.Broker.Security.Sasl;

/// <summary>What a client must prove to know, and who it is then.</summary>
/// <param name="Credential">Of the user, or made of a delegation token's secret.</param>
/// <param name="Identity">Who the client is with it.</param>
internal sealed record ScramLogin(ScramCredential Credential, SaslIdentity Identity);
