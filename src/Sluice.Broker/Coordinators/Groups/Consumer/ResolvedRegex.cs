using System.Collections.Immutable;

namespace Sluice.Broker.Coordinators.Groups.Consumer;

/// <summary>What a pattern matched when it was last looked at.</summary>
/// <param name="Topics">Names, ordered.</param>
/// <param name="MetadataVersion">Version of the metadata that it was matched against.</param>
/// <param name="TimestampMs">Unix time of the matching.</param>
internal sealed record ResolvedRegex(ImmutableArray<string> Topics, long MetadataVersion, long TimestampMs);
