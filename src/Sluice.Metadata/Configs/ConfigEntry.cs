namespace Sluice.Metadata.Configs;

/// <summary>A setting as somebody wrote it, not yet checked.</summary>
/// <param name="Name">As written; perhaps no setting at all.</param>
/// <param name="Value">As written, escapes resolved.</param>
/// <param name="Origin">Where, for messages: <c>server.properties:12</c>, <c>SLUICE_LOG_DIR</c>, <c>--set</c>.</param>
public readonly record struct ConfigEntry(string Name, string Value, string Origin);
