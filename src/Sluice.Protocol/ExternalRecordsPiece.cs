namespace Sluice.Protocol;

/// <summary>Where external records belong in a message that was written without them.</summary>
/// <param name="Position">They go before the byte at this position of the writer's span; the positions do not count the records themselves.</param>
/// <param name="Records">What goes there.</param>
public readonly record struct ExternalRecordsPiece(int Position, IExternalRecords Records);
