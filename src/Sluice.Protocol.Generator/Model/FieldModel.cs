namespace Sluice.Protocol.Generator.Model;

/// <summary>One field of a message or struct, as its line in the schema says.</summary>
internal sealed class FieldModel
{
    internal FieldModel(string name, FieldType type, VersionRange versions, int line)
    {
        Name = name;
        Type = type;
        Versions = versions;
        Line = line;
    }

    internal string Name { get; }

    internal FieldType Type { get; }

    /// <summary>Versions in which the field is on the wire, not yet cut to those of its parent.</summary>
    internal VersionRange Versions { get; }

    /// <summary>Zero-based line of the schema.</summary>
    internal int Line { get; }

    /// <summary>Versions in which null may be encoded.</summary>
    internal VersionRange Nullable { get; set; } = VersionRange.None;

    /// <summary>Null = the field is positional.</summary>
    internal int? Tag { get; set; }

    /// <summary>As written after "=", without quotes; null = the type's own default.</summary>
    internal string? Default { get; set; }

    /// <summary>A value may be lost silently when it is written in a version that lacks the field.</summary>
    internal bool IsIgnorable { get; set; }

    internal bool IsMapKey { get; set; }

    /// <summary>The kind of thing that the value names, for documentation; null = none.</summary>
    internal string? Entity { get; set; }

    /// <summary>The classic encoding is used in flexible versions too.</summary>
    internal bool IsNeverFlexible { get; set; }

    /// <summary>The comment at the end of the line; null = none.</summary>
    internal string? Summary { get; set; }

    internal bool IsNullable => !Nullable.IsEmpty;

    internal bool IsNullByDefault => Default == "null";
}
