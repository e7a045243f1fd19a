using Microsoft.Extensions.Logging;

namespace Sluice.Broker.Security.Tls;

/// <summary>Log events of TLS. Ids 4600 to 4649; names are a contract.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(4600, LogLevel.Information, "{Listener}: new connections use the renewed certificates, valid until {NotAfter:u}", EventName = "TlsRenewed")]
    public static partial void Renewed(ILogger logger, string listener, DateTime notAfter);

    [LoggerMessage(4601, LogLevel.Error, "{Listener}: the changed certificates cannot be used, and those from before stay in use: {Problem}", EventName = "TlsNotRenewed")]
    public static partial void NotRenewed(ILogger logger, string listener, string problem);

    [LoggerMessage(4602, LogLevel.Warning, "{Listener}: the broker's certificate expired at {NotAfter:u}; clients will refuse it", EventName = "TlsExpired")]
    public static partial void Expired(ILogger logger, string listener, DateTime notAfter);
}
