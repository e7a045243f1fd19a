namespace Sluice.Client;

/// <summary>At most one open connection per broker, opened when first needed and again after it broke.</summary>
internal sealed class BrokerConnections(KafkaClientOptions options) : IAsyncDisposable
{
    private readonly Dictionary<BrokerEndpoint, KafkaConnection> _connections = [];
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isDisposed;

    internal async ValueTask<KafkaConnection> GetAsync(BrokerEndpoint endpoint, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_connections.TryGetValue(endpoint, out KafkaConnection? connection))
            {
                if (connection.IsOpen) return connection;
                await connection.DisposeAsync().ConfigureAwait(false);
                _connections.Remove(endpoint);
            }

            connection = await KafkaConnection.ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
            _connections[endpoint] = connection;
            return connection;
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            _isDisposed = true;
            foreach (KafkaConnection connection in _connections.Values) await connection.DisposeAsync().ConfigureAwait(false);
            _connections.Clear();
        }
        finally
        {
            _gate.Release();
        }
    }
}
