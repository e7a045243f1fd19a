using Sluice.Protocol.Sasl;

namespace Sluice.Broker.Security.Sasl;

/// <summary>Finds what users and delegation tokens must prove to know.</summary>
/// <remarks>Any thread.</remarks>
internal interface IScramDirectory
{
    /// <summary>The login of a user; null if there is no credential of that mechanism.</summary>
    ScramLogin? FindUser(string userName, ScramMechanism mechanism);

    /// <summary>The login by a delegation token; null if there is none of that id, or it has expired.</summary>
    ScramLogin? FindToken(string tokenId, ScramMechanism mechanism);
}
