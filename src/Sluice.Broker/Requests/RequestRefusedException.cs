using Sluice.Protocol;

namespace Sluice.Broker.Requests;

/// <summary>
/// A request that is wrong as a whole, in an API whose answer has no place for one error: every part gets the code.
/// </summary>
internal sealed class RequestRefusedException(ErrorCode error) : Exception(ErrorCodes.Name(error))
{
    /// <summary>What the client is answered.</summary>
    public ErrorCode Error { get; } = error;
}
