namespace Sluice.Broker.Security.Tls;

/// <summary>Who shakes hands and encrypts.</summary>
internal enum TlsEngine
{
    /// <summary>.NET's own stream: everywhere, and with a copy of every answer. On Linux it cannot tell a client why its certificate was refused.</summary>
    SslStream,

    /// <summary>The system's OpenSSL, which copies what it encrypts.</summary>
    OpenSsl,

    /// <summary>The system's OpenSSL, which leaves what is sent to the kernel: no copy of what a fetch sends.</summary>
    KernelTls,
}
