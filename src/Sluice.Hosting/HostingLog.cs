using Microsoft.Extensions.Logging;

namespace Sluice.Hosting;

/// <summary>What this layer logs; ids 6000 to 6999.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(6001, LogLevel.Warning, "{Report}", EventName = "SettingReported")]
    public static partial void SettingReported(ILogger logger, string report);
}
