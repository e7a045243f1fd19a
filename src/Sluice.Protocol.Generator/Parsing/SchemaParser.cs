using System;
using System.Collections.Generic;
using System.Globalization;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Parsing;

/// <summary>Turns the text of a schema into a model. Grammar: docs/formats/kmsg.md.</summary>
internal sealed class SchemaParser
{
    private const int IndentSpaces = 2;

    private readonly List<SchemaError> _errors = [];

    // The struct that lines of each indentation level belong to. A level disappears when a line of a lower one follows.
    private readonly List<StructModel> _levels = [];
    private MessageModel? _message;

    private SchemaParser()
    {
    }

    /// <summary>Parses and checks one schema.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="errors">What is wrong with it; empty if nothing is.</param>
    /// <returns>The model; null if there are errors.</returns>
    internal static MessageModel? Parse(string text, out IReadOnlyList<SchemaError> errors)
    {
        var parser = new SchemaParser();
        errors = parser._errors;
        parser.ParseLines(text);
        if (parser._message is null && parser._errors.Count == 0) parser.Report(SchemaErrors.BadHeaderLine, 0, 0, 0, "The file has no header line.");
        if (parser._errors.Count == 0) new SchemaChecker(parser._message!, parser._errors).Check();
        return parser._errors.Count == 0 ? parser._message : null;
    }

    private void ParseLines(string text)
    {
        string summary = "";
        bool isSummary = true;
        string[] lines = text.Replace("\r\n", "\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            SchemaLine line = SchemaLine.Split(i, lines[i]);
            if (line.Words.Count == 0)
            {
                // The summary is the first paragraph of the first comment.
                if (line.Comment is { Length: > 0 } comment && isSummary) summary = summary.Length == 0 ? comment : summary + " " + comment;
                else if (summary.Length > 0) isSummary = false;
                continue;
            }

            isSummary = false;
            if (_message is null)
            {
                _message = SchemaHeaderParser.Parse(line, _errors);
                if (_message is null) return;
                _message.Summary = summary;
                _levels.Add(_message.Root);
            }
            else if (line.Words[0].Text == "struct" && line.Indent == 0)
            {
                ParseSharedStruct(line);
            }
            else
            {
                ParseField(line);
            }
        }
    }

    private void ParseSharedStruct(SchemaLine line)
    {
        if (line.Words.Count != 2)
        {
            Report(SchemaErrors.BadFieldLine, line, 0, "A shared struct is written \"struct Name\".");
            return;
        }

        var shared = new StructModel(line.Words[1].Text, isShared: true, line.Number);
        _message!.Structs.Add(shared);
        _levels.Clear();
        _levels.Add(_message.Root);
        _levels.Add(shared);
    }

    private void ParseField(SchemaLine line)
    {
        int level = line.Indent / IndentSpaces;
        if (line.Indent < 0 || line.Indent % IndentSpaces != 0 || level >= _levels.Count)
        {
            Report(SchemaErrors.BadIndentation, line, 0, "Members of a struct stand two spaces to the right of the field or struct that they belong to.");
            return;
        }

        if (line.Words.Count < 3)
        {
            Report(SchemaErrors.BadFieldLine, line, 0, "A field needs a name, a type and versions.");
            return;
        }

        string name = line.Words[0].Text;
        if (!IsPascalCase(name)) Report(SchemaErrors.BadFieldLine, line, 0, $"'{name}' is no PascalCase name.");
        FieldType? type = ParseType(line.Words[1].Text);
        if (type is null)
        {
            Report(SchemaErrors.UnknownType, line, 1, $"'{line.Words[1].Text}' is no type.");
            return;
        }

        if (!VersionRange.TryParse(line.Words[2].Text, out VersionRange versions) || versions.IsEmpty)
        {
            Report(SchemaErrors.BadVersionRange, line, 2, $"'{line.Words[2].Text}' is no range of versions.");
            return;
        }

        var field = new FieldModel(name, type, versions, line.Number) { Summary = line.Comment };
        ParseOptions(field, line);
        _levels.RemoveRange(level + 1, _levels.Count - level - 1);
        _levels[level].Fields.Add(field);
        PushInlineStruct(field);
    }

    // Whether the struct is inline shows only when a deeper line follows; without one, the name must be that of a shared struct.
    private void PushInlineStruct(FieldModel field)
    {
        if (field.Type.StructName is not { } structName) return;
        var inline = new StructModel(structName, isShared: false, field.Line);
        field.Type.Struct = inline;
        _message!.Structs.Add(inline);
        _levels.Add(inline);
    }

    private void ParseOptions(FieldModel field, SchemaLine line)
    {
        for (int i = 3; i < line.Words.Count; i++)
        {
            string? next = i + 1 < line.Words.Count ? line.Words[i + 1].Text : null;
            switch (line.Words[i].Text)
            {
                case "=" when next is not null:
                    field.Default = next.Trim('"');
                    i++;
                    break;
                case "nullable" when next is not null && VersionRange.TryParse(next, out VersionRange nullable):
                    field.Nullable = nullable;
                    i++;
                    break;
                case "nullable":
                    field.Nullable = field.Versions;
                    break;
                case "tag" when int.TryParse(next, NumberStyles.None, CultureInfo.InvariantCulture, out int tag):
                    field.Tag = tag;
                    i++;
                    break;
                case "flexible" when next == "none":
                    field.IsNeverFlexible = true;
                    i++;
                    break;
                case "ignorable":
                    field.IsIgnorable = true;
                    break;
                case "mapKey":
                    field.IsMapKey = true;
                    break;
                case "entity" when next is not null:
                    field.Entity = next;
                    i++;
                    break;
                default:
                    Report(SchemaErrors.BadFieldLine, line, i, $"'{line.Words[i].Text}' is no option of a field, or its value is missing.");
                    return;
            }
        }
    }

    private static FieldType? ParseType(string text)
    {
        bool isArray = text.StartsWith("[]", StringComparison.Ordinal);
        string element = isArray ? text.Substring(2) : text;
        if (IsPascalCase(element)) return new FieldType(text, isArray, scalar: null, element);
        ScalarType? scalar = element switch
        {
            "bool" => ScalarType.Bool,
            "int8" => ScalarType.Int8,
            "int16" => ScalarType.Int16,
            "uint16" => ScalarType.UInt16,
            "int32" => ScalarType.Int32,
            "uint32" => ScalarType.UInt32,
            "int64" => ScalarType.Int64,
            "float64" => ScalarType.Float64,
            "uuid" => ScalarType.Uuid,
            "error" => ScalarType.Error,
            "string" => ScalarType.String,
            "bytes" => ScalarType.Bytes,
            "records" => ScalarType.Records,
            _ => null,
        };

        // Arrays of other scalars do not occur in the protocol, and the reader has no method for them.
        bool isElement = scalar is ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 or ScalarType.Uuid or ScalarType.String;
        return scalar is null || (isArray && !isElement) ? null : new FieldType(text, isArray, scalar, structName: null);
    }

    private static bool IsPascalCase(string name)
    {
        if (name.Length == 0 || name[0] is < 'A' or > 'Z') return false;
        foreach (char c in name)
        {
            if (c is not ((>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9'))) return false;
        }

        return true;
    }

    private void Report(string id, SchemaLine line, int wordIndex, string message)
    {
        SchemaLine.Word word = line.Words[wordIndex];
        Report(id, line.Number, word.Column, word.Text.Length, message);
    }

    private void Report(string id, int line, int column, int length, string message) => _errors.Add(new SchemaError(id, line, column, length, message));
}
