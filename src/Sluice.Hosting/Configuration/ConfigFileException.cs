namespace Sluice.Hosting.Configuration;

/// <summary>A configuration file cannot be read as what it says it is.</summary>
public sealed class ConfigFileException : Exception
{
    internal ConfigFileException(string fileName, int line, string reason)
        : base(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{fileName}:{line}: {reason}")) => Line = line;

    /// <summary>The line at fault; from 1.</summary>
    public int Line { get; }
}
