namespace Sluice.Metadata.Configs;

/// <summary>Settings that are valid one by one but not together.</summary>
/// <param name="Key">The one to look at first.</param>
/// <param name="Message">A whole sentence without a full stop.</param>
public sealed record ConfigConflict(ConfigKey Key, string Message);
