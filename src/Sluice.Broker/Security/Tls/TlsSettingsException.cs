namespace Sluice.Broker.Security.Tls;

/// <summary>TLS cannot be set up as the settings say; the message is one line for a person, with what to do.</summary>
internal sealed class TlsSettingsException(string message, Exception? inner = null) : Exception(message, inner);
