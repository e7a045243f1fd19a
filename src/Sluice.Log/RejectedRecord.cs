namespace Sluice.Log;

/// <summary>A record because of which a whole batch was refused.</summary>
/// <param name="BatchIndex">Place of the record in its batch, from 0.</param>
/// <param name="Message">What is wrong with it, for the client.</param>
public readonly record struct RejectedRecord(int BatchIndex, string Message);
