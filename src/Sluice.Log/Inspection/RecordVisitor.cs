using Sluice.Protocol.Records;

namespace Sluice.Log.Inspection;

/// <summary>Gets one record of a batch.</summary>
/// <param name="offset">Absolute offset.</param>
/// <param name="timestampMs">Milliseconds since the Unix epoch; -1 = none.</param>
/// <param name="record">Borrowed for the call.</param>
public delegate void RecordVisitor(long offset, long timestampMs, in RecordView record);
