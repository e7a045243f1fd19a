using Microsoft.Extensions.Logging;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Security;

/// <summary>Writes down who was denied what, and, at debug level, who was allowed what.</summary>
/// <remarks>
/// A client that is denied tries again at once, and there may be thousands of it: beyond a rate, denials are counted and not written. Names come from
/// clients, so that they are written with everything that is no visible character escaped, and cut.
/// </remarks>
internal sealed class AccessAudit(TimeProvider time, ILogger logger)
{
    /// <summary>Denials that are written in one second.</summary>
    public const int DenialsPerSecondMax = 100;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _windowTimestamp = time.GetTimestamp();
    private int _windowCount;
    private long _leftOutCount;

    /// <summary>Writes one decision.</summary>
    public void Write(AccessDecision decision, string principal, ClientHost host, AclOperation operation, AclResourceType type, string? name, ApiKey api)
    {
        if (decision.IsAllowed)
        {
            if (logger.IsEnabled(LogLevel.Debug))
                AccessLog.Allowed(logger, LogText.Of(principal), operation, host.Text, type, LogText.Of(name ?? "any"), api, Explain(decision));
            return;
        }
        if (!logger.IsEnabled(LogLevel.Information) || !TryCount(out long leftOutCount)) return;
        if (leftOutCount > 0) AccessLog.DenialsLeftOut(logger, leftOutCount);
        AccessLog.Denied(logger, LogText.Of(principal), operation, host.Text, type, LogText.Of(name ?? "any"), api, Explain(decision));
    }

    private bool TryCount(out long leftOutCount)
    {
        lock (_lock)
        {
            leftOutCount = 0;
            if (time.GetElapsedTime(_windowTimestamp) >= s_window)
            {
                _windowTimestamp = time.GetTimestamp();
                _windowCount = 0;
                leftOutCount = _leftOutCount;
                _leftOutCount = 0;
            }
            if (++_windowCount <= DenialsPerSecondMax) return true;
            _leftOutCount++;
            return false;
        }
    }

    private static string Explain(AccessDecision decision) => decision switch
    {
        { Entry: { } entry } => $"{entry.Permission} of {entry.Operation} for {LogText.Of(entry.Principal)} from {LogText.Of(entry.Host)} on {entry.PatternType} {entry.ResourceType} {LogText.Of(entry.ResourceName)}",
        { Reason: AccessReason.SuperUser } => "super.users",
        { Reason: AccessReason.NoAclForResource } => "no ACL is about the resource",
        _ => "no ACL applies",
    };
}
