using Sluice.Protocol;

namespace Sluice.Broker.Requests;

/// <summary>The typed side of <see cref="ApiHandler"/>: what the handlers of single APIs are made from.</summary>
internal abstract class ApiHandler<TRequest, TResponse> : ApiHandler
    where TRequest : class, IRequest<TResponse>, new()
    where TResponse : class, IResponse, new()
{
    public sealed override ApiKey ApiKey => TRequest.ApiKey;

    /// <summary>Whether a connection keeps and reuses this API's messages. Worth it for APIs called thousands of times a second.</summary>
    protected virtual bool ReuseMessages => false;

    public sealed override void Read(RequestContext context, ref MessageReader reader)
    {
        (TRequest request, TResponse response) = ReuseMessages
            ? context.ReusedMessages<TRequest, TResponse>(ApiKey)
            : (new TRequest(), new TResponse());
        request.Read(ref reader, context.ApiVersion);
        context.Request = request;
        context.Response = response;
    }

    public sealed override ValueTask HandleAsync(RequestContext context, CancellationToken cancellationToken) =>
        HandleAsync((TRequest)context.Request!, (TResponse)context.Response!, context, cancellationToken);

    public sealed override void Fail(RequestContext context, ErrorCode error)
    {
        TResponse response = (TResponse)context.Response!;
        response.Reset();
        Fail((TRequest)context.Request!, response, error);
    }

    /// <summary>Acts on <paramref name="request"/> and fills <paramref name="response"/>, which comes empty.</summary>
    protected abstract ValueTask HandleAsync(TRequest request, TResponse response, RequestContext context, CancellationToken cancellationToken);

    /// <summary>Fills <paramref name="response"/>, which comes empty, with <paramref name="error"/> for everything in <paramref name="request"/>.</summary>
    protected abstract void Fail(TRequest request, TResponse response, ErrorCode error);
}
