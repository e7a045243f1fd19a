using System.Collections.Generic;

namespace Sluice.Protocol.Generator.Model;

/// <summary>A struct of a message: inline in the field that uses it, or shared and used by name.</summary>
internal sealed class StructModel
{
    internal StructModel(string name, bool isShared, int line)
    {
        Name = name;
        ClassName = name;
        IsShared = isShared;
        Line = line;
    }

    internal string Name { get; }

    /// <summary>The name of the generated class: differs from <see cref="Name"/> where C# would see a clash.</summary>
    internal string ClassName { get; set; }

    internal bool IsShared { get; }

    /// <summary>Zero-based line of the schema.</summary>
    internal int Line { get; }

    internal List<FieldModel> Fields { get; } = [];

    /// <summary>Versions in which the struct can occur at all: the code branches only inside them.</summary>
    internal VersionRange Reach { get; set; } = VersionRange.None;

    /// <summary>The code asks whether all fields have their defaults.</summary>
    internal bool NeedsIsDefault { get; set; }

    /// <summary>The struct, or one inside it, has a field of records.</summary>
    internal bool HasRecords { get; set; }
}
