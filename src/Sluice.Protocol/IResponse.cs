namespace Sluice.Protocol;

/// <summary>A message that answers a request.</summary>
public interface IResponse : IMessage
{
    /// <summary>Which API the response belongs to.</summary>
    static abstract ApiKey ApiKey { get; }
}
