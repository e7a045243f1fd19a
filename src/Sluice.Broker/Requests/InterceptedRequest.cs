using Sluice.Broker.Network;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Broker.Requests;

/// <summary>A request in the hands of an <see cref="IRequestInterceptor"/>.</summary>
internal readonly struct InterceptedRequest(RequestDispatcher dispatcher, ApiHandler handler, RequestContext context)
{
    /// <summary>The request, and its answer once there is one.</summary>
    public RequestContext Context => context;

    /// <summary>Has the handler do what was asked. At most once.</summary>
    public ValueTask RunAsync(CancellationToken cancellationToken) => dispatcher.RunHandlerAsync(handler, context, cancellationToken);

    /// <summary>Answers with <paramref name="error"/> for everything in the request, whether the handler has run or not.</summary>
    public void Refuse(ErrorCode error)
    {
        // Before the handler ran, nobody has noted yet that this request gets no answer.
        if (context.Request is ProduceRequest { Acks: 0 }) context.SuppressResponse = true;
        if (context.SuppressResponse) context.CloseAfterwards = CloseReason.UnacknowledgedFailure;
        else handler.Fail(context, error);
    }

    /// <summary>Ends the connection without an answer, whether the handler has run or not.</summary>
    public void Close()
    {
        context.SuppressResponse = true;
        context.CloseAfterwards = CloseReason.Injected;
    }
}
