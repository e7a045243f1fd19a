namespace Sluice.Protocol;

/// <summary>A tagged field that <see cref="MessageReader.BeginTag"/> has entered.</summary>
public readonly struct TaggedField
{
    internal TaggedField(uint tag, int outerEnd)
    {
        Tag = tag;
        OuterEnd = outerEnd;
        IsPresent = true;
    }

    /// <summary>Number that identifies the field within its struct.</summary>
    public uint Tag { get; }

    // Where the bytes around this field end: the reader's limit is put back there.
    internal int OuterEnd { get; }

    // Tells tag 0 from "no field before this one".
    internal bool IsPresent { get; }
}
