using System.Globalization;
using Sluice.Hosting.Configuration;
using Sluice.Metadata.Configs;

namespace Sluice.Hosting;

/// <summary>Makes the broker's settings of an application's options.</summary>
internal static class SluiceSettings
{
    private const string Origin = nameof(SluiceOptions);

    /// <summary>Reads and checks everything that the options say.</summary>
    /// <param name="options">As bound.</param>
    /// <param name="contentRoot">Where relative paths begin.</param>
    /// <returns>With errors, where there are any.</returns>
    /// <exception cref="ConfigFileException">The file is not in its format.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static StaticConfig Create(SluiceOptions options, string contentRoot)
    {
        string host = options.Host.Contains(':', StringComparison.Ordinal) && !options.Host.StartsWith('[') ? $"[{options.Host}]" : options.Host;
        List<ConfigEntry> entries =
        [
            new(BrokerConfigKeys.Listeners.Name, string.Create(CultureInfo.InvariantCulture, $"PLAINTEXT://{host}:{options.Port}"), Origin),
            new(BrokerConfigKeys.LogDir.Name, Path.Combine(contentRoot, options.DataDirectory), Origin),
        ];
        if (options.ConfigFile is { Length: > 0 } file) entries.AddRange(ConfigFile.Load(Path.Combine(contentRoot, file)));
        entries.AddRange(options.Settings.Select(static setting => new ConfigEntry(setting.Key, setting.Value, $"{Origin}.{nameof(SluiceOptions.Settings)}")));
        return StaticConfig.Create(entries);
    }
}
