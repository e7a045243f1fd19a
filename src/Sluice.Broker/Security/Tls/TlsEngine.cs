using Sluice.Metadata.Configs;
using Sluice.Transfer;

namespace Sluice.Broker.Security.Tls;

/// <summary>Who shakes hands and encrypts.</summary>
internal enum TlsEngine
{
    /// <summary>.NET's own stream: everywhere, and with a copy of every answer.</summary>
    SslStream,

    /// <summary>The system's OpenSSL, which leaves what is sent to the kernel: no copy of what a fetch sends.</summary>
    OpenSsl,
}

/// <summary>Chooses the engine at the start.</summary>
internal static class TlsEngines
{
    /// <summary>Chooses by <c>sluice.tls.kernel</c> and by what this system offers.</summary>
    /// <exception cref="TlsSettingsException">The kernel is demanded and does not offer it.</exception>
    public static TlsEngine Choose(BrokerSettings settings)
    {
        string wanted = settings.GetString(BrokerConfigKeys.SluiceTlsKernel)!;
        if (wanted == "off") return TlsEngine.SslStream;
        TransferCapability offered = TransferCapabilities.Detect().KernelTls;
        if (offered.IsOffered) return TlsEngine.OpenSsl;
        return wanted == "on"
            ? throw new TlsSettingsException($"sluice.tls.kernel is on, and this system does not offer it ({offered.Detail}); auto falls back to TLS in user space")
            : TlsEngine.SslStream;
    }
}
