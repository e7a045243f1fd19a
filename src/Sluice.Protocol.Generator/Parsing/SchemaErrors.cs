using System.Collections.Generic;
using Microsoft.CodeAnalysis;

namespace Sluice.Protocol.Generator.Parsing;

/// <summary>Ids of all mistakes that a schema can contain. An id keeps its meaning for ever.</summary>
internal static class SchemaErrors
{
    internal const string UnknownType = "KMSG001";
    internal const string BadVersionRange = "KMSG002";
    internal const string DuplicateTag = "KMSG003";
    internal const string TagWithoutFlexible = "KMSG004";
    internal const string DuplicateName = "KMSG005";
    internal const string BadDefault = "KMSG006";
    internal const string BadFieldLine = "KMSG007";
    internal const string BadIndentation = "KMSG008";
    internal const string BadNullable = "KMSG009";
    internal const string RecursiveStruct = "KMSG010";
    internal const string BadHeaderLine = "KMSG011";
    internal const string FieldInNoVersion = "KMSG012";
    internal const string UnpairedApi = "KMSG013";

    private static readonly Dictionary<string, DiagnosticDescriptor> Descriptors = new()
    {
        [UnknownType] = Describe(UnknownType, "Unknown type in a message schema"),
        [BadVersionRange] = Describe(BadVersionRange, "Bad version range in a message schema"),
        [DuplicateTag] = Describe(DuplicateTag, "Tag used twice in a struct of a message schema"),
        [TagWithoutFlexible] = Describe(TagWithoutFlexible, "Tagged field in a version that is not flexible"),
        [DuplicateName] = Describe(DuplicateName, "Name used twice in a message schema"),
        [BadDefault] = Describe(BadDefault, "Default that does not fit the type of its field"),
        [BadFieldLine] = Describe(BadFieldLine, "Field line of a message schema cannot be read"),
        [BadIndentation] = Describe(BadIndentation, "Bad indentation in a message schema"),
        [BadNullable] = Describe(BadNullable, "Nullable where null cannot be encoded"),
        [RecursiveStruct] = Describe(RecursiveStruct, "Struct that contains itself"),
        [BadHeaderLine] = Describe(BadHeaderLine, "Header line of a message schema cannot be read"),
        [FieldInNoVersion] = Describe(FieldInNoVersion, "Field that exists in no version of its message"),
        [UnpairedApi] = Describe(UnpairedApi, "Request and response schemas do not pair up"),
    };

    internal static DiagnosticDescriptor Descriptor(string id) => Descriptors[id];

    private static DiagnosticDescriptor Describe(string id, string title) =>
        new(id, title, "{0}", "Sluice.Protocol", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
