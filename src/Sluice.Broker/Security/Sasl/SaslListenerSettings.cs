using System.Collections.Immutable;
using Sluice.Metadata.Configs;

namespace Sluice.Broker.Security.Sasl;

/// <summary>How clients authenticate on one listener.</summary>
/// <param name="Listener">Its name, in upper case.</param>
/// <param name="Mechanisms">At least one, in the order of <c>sasl.enabled.mechanisms</c>.</param>
/// <param name="ReceiveBytesMax"><c>sasl.server.max.receive.size</c>: largest frame of a client that is not authenticated.</param>
/// <param name="FailureDelay"><c>connection.failed.authentication.delay.ms</c>.</param>
/// <param name="Timeout"><c>sluice.authentication.timeout.ms</c>.</param>
internal sealed record SaslListenerSettings(
    string Listener, ImmutableArray<SaslMechanismSettings> Mechanisms, int ReceiveBytesMax, TimeSpan FailureDelay, TimeSpan Timeout)
{
    /// <summary>Reads and checks the settings of a listener.</summary>
    /// <exception cref="BrokerStartException">They would not do; one line says what to set.</exception>
    public static SaslListenerSettings From(BrokerSettings given, string listener)
    {
        BrokerSettings settings = given.ForListener(listener);
        ImmutableArray<string> mechanisms = settings.GetList(BrokerConfigKeys.SaslEnabledMechanisms);
        if (mechanisms.IsEmpty) throw new BrokerStartException($"the listener {listener} asks for SASL, and {BrokerConfigKeys.SaslEnabledMechanisms.Name} names no mechanism");
        return new SaslListenerSettings(
            listener,
            [.. mechanisms.Select(mechanism => SaslMechanismSettings.From(given, listener, mechanism))],
            settings.GetInt(BrokerConfigKeys.SaslServerMaxReceiveSize),
            TimeSpan.FromMilliseconds(settings.GetInt(BrokerConfigKeys.ConnectionFailedAuthenticationDelayMs)),
            TimeSpan.FromMilliseconds(settings.GetInt(BrokerConfigKeys.SluiceAuthenticationTimeoutMs)));
    }
}
