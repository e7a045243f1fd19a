namespace Sluice.Cli.Commands.LogTools;

/// <summary>Writes things with named fields, one to a line.</summary>
/// <remarks>Names are those of the JSON form, and a contract. What is not known is left out.</remarks>
internal abstract class DumpWriter
{
    /// <summary>Begins a thing.</summary>
    /// <param name="type">What it is.</param>
    internal abstract void Begin(string type);

    /// <summary>A number.</summary>
    internal abstract void Number(string name, long value);

    /// <summary>A word or a sentence.</summary>
    internal abstract void Text(string name, string value);

    /// <summary>A property that things have or do not have.</summary>
    internal abstract void Flag(string name, bool value);

    /// <summary>A time in milliseconds since the Unix epoch; -1 = none.</summary>
    internal abstract void Time(string name, long timestampMs);

    /// <summary>Bytes of any kind.</summary>
    internal abstract void Bytes(string name, ReadOnlySpan<byte> bytes, bool isNull);

    /// <summary>Begins the headers of a record.</summary>
    internal abstract void BeginHeaders();

    /// <summary>One of them.</summary>
    internal abstract void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool isNull);

    /// <summary>Ends them.</summary>
    internal abstract void EndHeaders();

    /// <summary>Ends the thing and its line.</summary>
    internal abstract void End();
}
