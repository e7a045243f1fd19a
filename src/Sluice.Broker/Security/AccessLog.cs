using Microsoft.Extensions.Logging;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Security;

/// <summary>Log events of decisions about access. Ids 4500 to 4509; names are a contract.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(4501, LogLevel.Information, "Principal = {Principal} is Denied operation = {Operation} from host = {Host} on resource = {ResourceType}:{ResourceName} for request = {ApiKey} ({Rule})", EventName = "AccessDenied")]
    public static partial void Denied(ILogger logger, string principal, AclOperation operation, string host, AclResourceType resourceType, string resourceName, ApiKey apiKey, string rule);

    [LoggerMessage(4502, LogLevel.Debug, "Principal = {Principal} is Allowed operation = {Operation} from host = {Host} on resource = {ResourceType}:{ResourceName} for request = {ApiKey} ({Rule})", EventName = "AccessAllowed")]
    public static partial void Allowed(ILogger logger, string principal, AclOperation operation, string host, AclResourceType resourceType, string resourceName, ApiKey apiKey, string rule);

    [LoggerMessage(4503, LogLevel.Information, "{Count} more accesses were denied within a second, and are not written one by one", EventName = "AccessDenialsLeftOut")]
    public static partial void DenialsLeftOut(ILogger logger, long count);
}
