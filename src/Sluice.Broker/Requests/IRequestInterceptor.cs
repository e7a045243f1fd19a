namespace Sluice.Broker.Requests;

/// <summary>Stands between the connections and the handlers: sees each request that was read, and decides what becomes of it.</summary>
/// <remarks>
/// For tests that want failures on demand. Called for many connections at once, for each of them one request after the other. Throws
/// nothing but <see cref="OperationCanceledException"/> of its token: anything else would end the client's connection.
/// </remarks>
internal interface IRequestInterceptor
{
    /// <summary>Called in place of the handler.</summary>
    /// <param name="request">Runs the handler, refuses or closes; valid until this call has ended.</param>
    /// <param name="cancellationToken">The connection ends.</param>
    ValueTask InterceptAsync(InterceptedRequest request, CancellationToken cancellationToken);

    /// <summary>Whether quotas count a request and hold its client back; asked before the request runs.</summary>
    /// <param name="context">The request, read and not yet run.</param>
    bool IsUnderQuotas(RequestContext context) => true;
}
