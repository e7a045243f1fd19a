namespace Sluice.Protocol.Generator.Model;

/// <summary>What a message is for. Decides which interfaces its class implements.</summary>
internal enum MessageKind
{
    Request,
    Response,
    Header,
    Data,
    CoordinatorKey,
    CoordinatorValue,
    Metadata,
}
