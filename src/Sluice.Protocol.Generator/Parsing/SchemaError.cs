namespace Sluice.Protocol.Generator.Parsing;

/// <summary>A mistake in a schema, with its place.</summary>
internal sealed class SchemaError
{
    internal SchemaError(string id, int line, int column, int length, string message)
    {
        Id = id;
        Line = line;
        Column = column;
        Length = length;
        Message = message;
    }

    /// <summary>One of <see cref="SchemaErrors"/>.</summary>
    internal string Id { get; }

    /// <summary>Zero-based.</summary>
    internal int Line { get; }

    /// <summary>Zero-based.</summary>
    internal int Column { get; }

    /// <summary>Characters that are underlined.</summary>
    internal int Length { get; }

    internal string Message { get; }
}
