namespace Sluice.Metadata;

/// <summary>A change does not fit to the image that it is meant for: a mistake of the caller, or a damaged file.</summary>
/// <param name="message">A whole sentence.</param>
public sealed class MetadataChangeException(string message) : Exception(message);
