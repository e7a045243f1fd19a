namespace Sluice.Broker.Sharing;

/// <summary>An attempt to begin a fetch of a share partition; the default is one that was never made.</summary>
/// <param name="IsBegun">Whether the fetch was begun: it must be ended then.</param>
/// <param name="Offset">Where to read in the log; only if it was begun.</param>
/// <param name="WasTurnedAway">Whether it was not begun only because another fetch is under way.</param>
/// <param name="ChangesCount">What had happened by then.</param>
/// <param name="FetchesCount">Fetches that had ended by then.</param>
internal readonly record struct FetchAttempt(bool IsBegun, long Offset, bool WasTurnedAway, int ChangesCount, int FetchesCount);
