namespace Sluice.Client.Consuming;

/// <summary>What the value of a <see cref="StartPosition"/> means.</summary>
internal enum StartPositionKind : byte
{
    /// <summary>Nothing: the log's start.</summary>
    Beginning = 0,

    /// <summary>Nothing: the log's end.</summary>
    End,

    /// <summary>An offset.</summary>
    Offset,

    /// <summary>Milliseconds since the Unix epoch.</summary>
    Time,
}
