using Sluice.Metadata.Configs;
using Sluice.Transfer;
using Sluice.Transfer.Tls;

namespace Sluice.Broker.Security.Tls;

/// <summary>Chooses the engine at the start.</summary>
internal static class TlsEngines
{
    /// <summary>Chooses by <c>sluice.tls.provider</c> and <c>sluice.tls.kernel</c>, and by what this system offers.</summary>
    /// <exception cref="TlsSettingsException">What is demanded is not offered.</exception>
    public static TlsEngine Choose(BrokerSettings settings)
    {
        string provider = settings.GetString(BrokerConfigKeys.SluiceTlsProvider)!;
        string kernel = settings.GetString(BrokerConfigKeys.SluiceTlsKernel)!;
        if (provider == "openssl" && !OpenSslServer.IsSupported)
            throw new TlsSettingsException("sluice.tls.provider is openssl, and this is not 64-bit Linux with libssl.so.3; auto falls back to SslStream");
        if (provider == "sslstream" && kernel == "on")
            throw new TlsSettingsException("sluice.tls.kernel is on, and sluice.tls.provider is sslstream, which cannot leave anything to the kernel; set one of them to auto");
        TransferCapability offered = TransferCapabilities.Detect().KernelTls;
        if (offered.IsOffered && kernel != "off" && provider != "sslstream") return TlsEngine.KernelTls;
        if (kernel == "on")
            throw new TlsSettingsException($"sluice.tls.kernel is on, and this system does not offer it ({offered.Detail}); auto falls back to TLS in user space");
        return provider != "sslstream" && OpenSslServer.IsSupported ? TlsEngine.OpenSsl : TlsEngine.SslStream;
    }
}
