using System;
using System.Collections.Generic;
using System.Globalization;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Parsing;

/// <summary>Looks names up, works out in which versions each struct can occur, and checks what a single line cannot show.</summary>
internal sealed class SchemaChecker
{
    private readonly MessageModel _message;
    private readonly List<SchemaError> _errors;
    private readonly Dictionary<string, StructModel> _shared = [];

    internal SchemaChecker(MessageModel message, List<SchemaError> errors)
    {
        _message = message;
        _errors = errors;
    }

    internal void Check()
    {
        ResolveStructs();
        if (_errors.Count > 0) return;
        CheckRecursion(_message.Root, []);
        if (_errors.Count > 0) return;
        Reach(_message.Root, _message.Versions);
        foreach (StructModel s in AllStructs()) CheckFields(s);
        if (_errors.Count > 0) return;
        foreach (StructModel s in AllStructs()) MarkUses(s);
        ChooseClassNames();
    }

    private IEnumerable<StructModel> AllStructs()
    {
        yield return _message.Root;
        foreach (StructModel s in _message.Structs) yield return s;
    }

    private void ResolveStructs()
    {
        foreach (StructModel s in _message.Structs)
        {
            if (!s.IsShared) continue;
            if (_shared.ContainsKey(s.Name)) Report(SchemaErrors.DuplicateName, s.Line, $"Struct {s.Name} is defined twice.");
            else _shared.Add(s.Name, s);
        }

        foreach (StructModel s in AllStructs())
        {
            foreach (FieldModel field in s.Fields)
            {
                // The parser gave every field of a struct type an inline struct; one without members is a reference to a shared struct.
                if (field.Type.Struct is not { } inline || inline.Fields.Count > 0) continue;
                if (_shared.TryGetValue(inline.Name, out StructModel? shared)) field.Type.Struct = shared;
                else Report(SchemaErrors.UnknownType, field.Line, $"Struct {inline.Name} has no members here and is not defined elsewhere in the file.");
            }
        }

        _message.Structs.RemoveAll(s => !s.IsShared && s.Fields.Count == 0);
        var names = new HashSet<string> { _message.Name };
        foreach (StructModel s in _message.Structs)
        {
            if (!names.Add(s.Name)) Report(SchemaErrors.DuplicateName, s.Line, $"The name {s.Name} is used for two structs.");
        }
    }

    private void CheckRecursion(StructModel current, List<StructModel> path)
    {
        path.Add(current);
        foreach (FieldModel field in current.Fields)
        {
            if (field.Type.Struct is not { } inner) continue;
            if (path.Contains(inner)) Report(SchemaErrors.RecursiveStruct, field.Line, $"Struct {inner.Name} contains itself.");
            else CheckRecursion(inner, path);
        }

        path.RemoveAt(path.Count - 1);
    }

    // A shared struct is reached from several fields: its versions are the hull of theirs.
    private static void Reach(StructModel current, VersionRange versions)
    {
        current.Reach = current.Reach.Hull(versions);
        foreach (FieldModel field in current.Fields)
        {
            VersionRange inner = field.Versions.Intersect(versions);
            if (field.Type.Struct is { } s && !inner.IsEmpty) Reach(s, inner);
        }
    }

    private void CheckFields(StructModel current)
    {
        var names = new HashSet<string>();
        var tags = new HashSet<int>();
        foreach (FieldModel field in current.Fields)
        {
            VersionRange present = field.Versions.Intersect(current.Reach);
            if (!names.Add(field.Name)) Report(SchemaErrors.DuplicateName, field.Line, $"There are two fields named {field.Name}.");
            if (present.IsEmpty)
            {
                Report(SchemaErrors.FieldInNoVersion, field.Line, $"{field.Name} exists in versions {field.Versions}, its parent in {current.Reach}.");
            }

            if (field.Tag is { } tag)
            {
                if (!tags.Add(tag)) Report(SchemaErrors.DuplicateTag, field.Line, $"Tag {tag} is used twice.");
                if (!_message.Flexible.Contains(present))
                {
                    Report(SchemaErrors.TagWithoutFlexible, field.Line, $"{field.Name} is tagged, but flexible versions are {_message.Flexible}.");
                }
            }

            if (field.IsNullable && !field.Type.CanBeNull) Report(SchemaErrors.BadNullable, field.Line, $"A value of type {field.Type.Text} cannot be null.");
            if (field.IsNullable && field.Nullable.Intersect(present).IsEmpty)
            {
                Report(SchemaErrors.BadNullable, field.Line, $"{field.Name} may be null in versions {field.Nullable}, but exists in {present}.");
            }

            if (!IsDefaultValid(field, present)) Report(SchemaErrors.BadDefault, field.Line, $"'{field.Default}' is no default for {field.Name}.");
        }

        CheckTagsAreDense(current, tags);
    }

    // Tags are numbered from 0 without gaps, which also keeps the section's count in one byte.
    private void CheckTagsAreDense(StructModel current, HashSet<int> tags)
    {
        for (int tag = 0; tag < tags.Count; tag++)
        {
            if (!tags.Contains(tag)) Report(SchemaErrors.DuplicateTag, current.Line, $"Tags of {current.Name} are not numbered from 0 upwards: {tag} is missing.");
        }
    }

    private static bool IsDefaultValid(FieldModel field, VersionRange present)
    {
        if (field.Default is not { } text) return true;
        if (text == "null") return field.Nullable.Contains(present);
        return field.Type.PlainScalar switch
        {
            ScalarType.Bool => text is "true" or "false",
            ScalarType.Int8 => IsInteger(text, sbyte.MinValue, sbyte.MaxValue),
            ScalarType.Int16 or ScalarType.Error => IsInteger(text, short.MinValue, short.MaxValue),
            ScalarType.UInt16 => IsInteger(text, ushort.MinValue, ushort.MaxValue),
            ScalarType.Int32 => IsInteger(text, int.MinValue, int.MaxValue),
            ScalarType.UInt32 => IsInteger(text, uint.MinValue, uint.MaxValue),
            ScalarType.Int64 => IsInteger(text, long.MinValue, long.MaxValue),
            ScalarType.Float64 => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            ScalarType.String => true,
            _ => false,
        };
    }

    private static bool IsInteger(string text, long min, long max)
    {
        bool isHex = text.StartsWith("0x", StringComparison.Ordinal);
        bool isNumber = isHex
            ? long.TryParse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
        return isNumber && value >= min && value <= max;
    }

    private static void MarkUses(StructModel current)
    {
        foreach (FieldModel field in current.Fields)
        {
            bool canBeAbsent = field.Tag is not null || (!field.IsIgnorable && !field.Versions.Contains(current.Reach));
            if (field.Type.IsStruct && canBeAbsent && !field.IsNullByDefault) MarkNeedsIsDefault(field.Type.Struct!);
        }

        current.HasRecords = HasRecords(current);
    }

    private static void MarkNeedsIsDefault(StructModel current)
    {
        current.NeedsIsDefault = true;
        foreach (FieldModel field in current.Fields)
        {
            if (field.Type.IsStruct && !field.IsNullByDefault) MarkNeedsIsDefault(field.Type.Struct!);
        }
    }

    private static bool HasRecords(StructModel current)
    {
        foreach (FieldModel field in current.Fields)
        {
            if (field.Type.Scalar == ScalarType.Records || (field.Type.Struct is { } inner && HasRecords(inner))) return true;
        }

        return false;
    }

    // C# does not allow a nested class to be named like a property of the class around it, nor a property like its own class.
    private void ChooseClassNames()
    {
        foreach (StructModel s in _message.Structs)
        {
            bool clashes = _message.Root.Fields.Exists(f => f.Name == s.Name) || s.Fields.Exists(f => f.Name == s.Name);
            if (clashes) s.ClassName = s.Name + "Data";
        }
    }

    private void Report(string id, int line, string message) => _errors.Add(new SchemaError(id, line, 0, 1, message));
}
