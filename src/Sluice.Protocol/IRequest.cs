namespace Sluice.Protocol;

/// <summary>A message that a client sends and expects an answer to.</summary>
public interface IRequest : IMessage
{
    /// <summary>Which API the request belongs to.</summary>
    static abstract ApiKey ApiKey { get; }
}

/// <summary>A request whose answer is a <typeparamref name="TResponse"/> of the same version.</summary>
/// <typeparam name="TResponse">The response type of the same API.</typeparam>
public interface IRequest<TResponse> : IRequest
    where TResponse : class, IResponse, new();
