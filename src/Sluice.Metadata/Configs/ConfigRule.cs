namespace Sluice.Metadata.Configs;

/// <summary>Which values of a key's type are allowed.</summary>
public sealed class ConfigRule
{
    private readonly Func<ConfigValue, string?> _check;

    internal ConfigRule(string description, Func<ConfigValue, string?> check)
    {
        Description = description;
        _check = check;
    }

    /// <summary>The allowed values in the notation of Kafka's reference, e.g. <c>[0,...]</c> or <c>[compact, delete]</c>; never empty.</summary>
    public string Description { get; }

    /// <summary>Checks a parsed value.</summary>
    /// <param name="value">Of the key's own type; null values are not asked about.</param>
    /// <returns>Null if allowed, else the reason as it ends an error message.</returns>
    public string? Check(ConfigValue value) => _check(value);

    /// <inheritdoc/>
    public override string ToString() => Description;
}
