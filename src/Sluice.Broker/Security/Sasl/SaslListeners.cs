using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Sasl;

/// <summary>The listeners whose clients authenticate by SASL.</summary>
internal sealed class SaslListeners : IAsyncDisposable
{
    private readonly Dictionary<string, SaslListener> _listeners = new(StringComparer.Ordinal);

    /// <summary>Reads and checks the settings of every listener that asks for SASL: before anything is opened.</summary>
    /// <exception cref="BrokerStartException">They would not do; one line says what to set.</exception>
    public static ImmutableArray<SaslListenerSettings> Read(BrokerSettings given, IEnumerable<ListenerSettings> listeners) =>
        [.. listeners.Where(static listener => listener.Protocol.UsesSasl).Select(listener => SaslListenerSettings.From(given, listener.Bind.Name))];

    /// <summary>Makes them ready.</summary>
    /// <exception cref="BrokerStartException">One of them cannot be.</exception>
    public async Task StartAsync(
        IEnumerable<SaslListenerSettings> settings, IScramDirectory directory, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        foreach (SaslListenerSettings listener in settings)
            _listeners.Add(listener.Listener, await SaslListener.StartAsync(listener, directory, time, logger, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The mechanisms of a listener.</summary>
    /// <param name="name">In upper case; of a listener that asks for SASL.</param>
    public SaslListener Get(string name) => _listeners[name];

    public async ValueTask DisposeAsync()
    {
        foreach (SaslListener listener in _listeners.Values) await listener.DisposeAsync().ConfigureAwait(false);
    }
}
