namespace Sluice.Broker.Sharing;

/// <summary>Where a group begins on a partition that it has not read.</summary>
/// <param name="Kind">What the value says.</param>
/// <param name="Age">Greatest age of the first record; only with <see cref="ShareOffsetResetKind.ByDuration"/>.</param>
internal readonly record struct ShareOffsetReset(ShareOffsetResetKind Kind, TimeSpan Age);
