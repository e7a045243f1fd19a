using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Broker.Logging;
using Sluice.Metadata.Configs;
using Sluice.Protocol;

namespace Sluice.Broker.Configs;

/// <summary>Changes of log levels by IncrementalAlterConfigs (KIP-412): all that is asked of a broker, or nothing.</summary>
internal static class LogLevelAlteration
{
    /// <summary>Decides; nothing is changed.</summary>
    public static AlterationResult Check(ConfigChangeRequest request, LogLevels levels, int brokerId)
    {
        if (request.Resource.Name != brokerId.ToString(CultureInfo.InvariantCulture))
            return Refuse(ErrorCode.InvalidRequest, $"Unexpected broker id, expected {brokerId} but received {request.Resource.Name}");
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (ConfigOperation operation in request.Operations)
        {
            string name = operation.Name;
            if (!names.Add(operation.Name)) return Refuse(ErrorCode.InvalidRequest, $"The logger {name} is there twice");
            if (operation.Type is not (ConfigOperationType.Set or ConfigOperationType.Delete))
                return Refuse(ErrorCode.InvalidRequest, $"Log levels can be set and deleted; {name} was given operation {(sbyte)operation.Type}");
            if (!levels.Exists(operation.Name)) return Refuse(ErrorCode.InvalidConfig, $"Logger {name} does not exist; there are {string.Join(", ", levels.Names)}");
            if (operation.Type == ConfigOperationType.Delete)
            {
                if (operation.Name == LogLevels.Root) return Refuse(ErrorCode.InvalidRequest, $"Removing the log level of the {LogLevels.Root} logger is not allowed");
                continue;
            }
            if (operation.Value is null) return Refuse(ErrorCode.InvalidRequest, $"The logger {name} has no level");
            if (LogLevels.Parse(operation.Value) is not { } level)
            {
                return Refuse(ErrorCode.InvalidConfig,
                    $"Cannot set the log level of {name} to {operation.Value} as it is not a supported log level. Valid log levels are {string.Join(", ", LogLevels.LevelNames)}");
            }
            if (!levels.IsPossible(operation.Name, level))
                return Refuse(ErrorCode.InvalidConfig, $"The logging of the program that this broker runs in lets no {operation.Value} of {name} through");
        }
        return new AlterationResult(ErrorCode.None, null, null);
    }

    /// <summary>Makes the changes of a request that <see cref="Check"/> allowed.</summary>
    public static void Apply(ConfigChangeRequest request, LogLevels levels)
    {
        foreach (ConfigOperation operation in request.Operations)
            levels.Set(operation.Name, operation.Type == ConfigOperationType.Delete ? (LogLevel?)null : LogLevels.Parse(operation.Value!));
    }

    private static AlterationResult Refuse(ErrorCode error, string message) => new(error, message, null);
}
