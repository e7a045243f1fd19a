using Sluice.Protocol;

namespace Sluice.Broker.Coordinators.Groups;

/// <summary>Why a request is not carried out.</summary>
/// <param name="Error">Never NONE.</param>
/// <param name="Message">One sentence for whoever reads the client's log.</param>
internal sealed record Refusal(ErrorCode Error, string Message);
