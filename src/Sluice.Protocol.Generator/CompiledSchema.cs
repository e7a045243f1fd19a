using System;
using System.Collections.Generic;
using System.Linq;
using Sluice.Protocol.Generator.Emitting;
using Sluice.Protocol.Generator.Model;
using Sluice.Protocol.Generator.Parsing;

namespace Sluice.Protocol.Generator;

/// <summary>One schema file and the class made from it. Compared by value, so that an edit regenerates nothing but its own file.</summary>
internal sealed class CompiledSchema : IEquatable<CompiledSchema>
{
    private CompiledSchema(string path, string text, MessageModel? message, IReadOnlyList<SchemaError> errors)
    {
        Path = path;
        Text = text;
        Errors = errors;
        if (message is null) return;
        Name = message.Name;
        Source = MessageEmitter.Emit(message);
        if (message.Kind is MessageKind.Request or MessageKind.Response) Api = new ApiEntry(message);
    }

    internal string Path { get; }

    /// <summary>Content of the file: everything else follows from it.</summary>
    internal string Text { get; }

    internal IReadOnlyList<SchemaError> Errors { get; }

    /// <summary>Null = the schema has errors.</summary>
    internal string? Name { get; }

    /// <summary>Null = the schema has errors.</summary>
    internal string? Source { get; }

    /// <summary>Null = neither request nor response.</summary>
    internal ApiEntry? Api { get; }

    internal static CompiledSchema Compile(string path, string text)
    {
        MessageModel? message = SchemaParser.Parse(text, out IReadOnlyList<SchemaError> errors);
        return new CompiledSchema(path, text, message, errors.ToArray());
    }

    public bool Equals(CompiledSchema? other) => other is not null && Path == other.Path && Text == other.Text;

    public override bool Equals(object? obj) => Equals(obj as CompiledSchema);

    public override int GetHashCode() => Path.GetHashCode() ^ Text.GetHashCode();
}
