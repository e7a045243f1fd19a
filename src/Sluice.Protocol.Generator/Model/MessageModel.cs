using System.Collections.Generic;

namespace Sluice.Protocol.Generator.Model;

/// <summary>One schema file.</summary>
internal sealed class MessageModel
{
    internal MessageModel(MessageKind kind, string name, int line)
    {
        Kind = kind;
        Name = name;
        Root = new StructModel(name, isShared: false, line);
    }

    internal MessageKind Kind { get; }

    internal string Name { get; }

    /// <summary>API key of requests and responses, record type of coordinator and metadata records; null = has none.</summary>
    internal short? Key { get; set; }

    internal VersionRange Versions { get; set; } = VersionRange.None;

    internal VersionRange Flexible { get; set; } = VersionRange.None;

    /// <summary>"broker", "controller", in the schema's order.</summary>
    internal List<string> Listeners { get; } = [];

    /// <summary>The highest version may still change.</summary>
    internal bool IsUnstable { get; set; }

    /// <summary>First sentence or paragraph of the comment at the top of the file.</summary>
    internal string Summary { get; set; } = "";

    /// <summary>The message's own fields.</summary>
    internal StructModel Root { get; }

    /// <summary>All other structs, in the order in which they appear.</summary>
    internal List<StructModel> Structs { get; } = [];

    /// <summary>The name without Request or Response.</summary>
    internal string ApiName => Kind switch
    {
        MessageKind.Request => Name.Substring(0, Name.Length - "Request".Length),
        MessageKind.Response => Name.Substring(0, Name.Length - "Response".Length),
        _ => Name,
    };
}
