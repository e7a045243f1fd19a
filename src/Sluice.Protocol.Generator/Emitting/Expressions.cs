using System;
using System.Globalization;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>The pieces of C# that depend on a field's type, default and versions.</summary>
internal static class Expressions
{
    /// <summary>Condition for <paramref name="versions"/>, given that the version lies in <paramref name="reach"/>; "" = always.</summary>
    internal static string VersionIn(VersionRange versions, VersionRange reach)
    {
        VersionRange present = versions.Intersect(reach);
        bool checksLow = present.Low > reach.Low;
        bool checksHigh = present.High < reach.High;
        if (!checksLow && !checksHigh) return "";
        if (present.Low == present.High) return $"version == {present.Low}";
        if (!checksHigh) return $"version >= {present.Low}";
        return checksLow ? $"version is >= {present.Low} and <= {present.High}" : $"version <= {present.High}";
    }

    /// <summary>The opposite of <see cref="VersionIn"/>; "" = never.</summary>
    internal static string VersionNotIn(VersionRange versions, VersionRange reach)
    {
        VersionRange present = versions.Intersect(reach);
        bool checksLow = present.Low > reach.Low;
        bool checksHigh = present.High < reach.High;
        if (!checksLow && !checksHigh) return "";
        if (!checksHigh) return $"version < {present.Low}";
        return checksLow ? $"version is < {present.Low} or > {present.High}" : $"version > {present.High}";
    }

    internal static string And(string left, string right)
    {
        if (left.Length == 0) return right;
        return right.Length == 0 ? left : $"{left} && {right}";
    }

    internal static string ClrType(FieldModel field)
    {
        string type = field.Type.Struct is { } s
            ? (field.Type.IsArray ? $"MessageList<{s.ClassName}>" : s.ClassName)
            : (field.Type.IsArray ? $"List<{ClrScalar(field.Type.Scalar!.Value)}>" : ClrScalar(field.Type.Scalar!.Value));

        // Records have a null of their own.
        return field.IsNullable && field.Type.PlainScalar != ScalarType.Records ? type + "?" : type;
    }

    internal static string ClrScalar(ScalarType type) => type switch
    {
        ScalarType.Bool => "bool",
        ScalarType.Int8 => "sbyte",
        ScalarType.Int16 => "short",
        ScalarType.UInt16 => "ushort",
        ScalarType.Int32 => "int",
        ScalarType.UInt32 => "uint",
        ScalarType.Int64 => "long",
        ScalarType.Float64 => "double",
        ScalarType.Uuid => "Uuid",
        ScalarType.Error => "ErrorCode",
        ScalarType.String => "string",
        ScalarType.Bytes => "ReadOnlyMemory<byte>",
        ScalarType.Records => "Records",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The part of the names of reader and writer methods that stands for the type: ReadInt32, WriteUuids.</summary>
    internal static string MethodSuffix(ScalarType type) => type switch
    {
        ScalarType.Bool => "Boolean",
        ScalarType.Error => "ErrorCode",
        _ => type.ToString(),
    };

    /// <summary>Bytes of a type whose size never varies; 0 = it does.</summary>
    internal static int FixedSize(ScalarType? type) => type switch
    {
        ScalarType.Bool or ScalarType.Int8 => 1,
        ScalarType.Int16 or ScalarType.UInt16 or ScalarType.Error => 2,
        ScalarType.Int32 or ScalarType.UInt32 => 4,
        ScalarType.Int64 or ScalarType.Float64 => 8,
        ScalarType.Uuid => 16,
        _ => 0,
    };

    /// <summary>The value of a scalar field that was not set.</summary>
    internal static string DefaultScalar(FieldModel field)
    {
        if (field.IsNullByDefault) return "null";
        switch (field.Type.PlainScalar)
        {
            case ScalarType.Bool: return field.Default ?? "false";
            case ScalarType.String: return $"\"{field.Default}\"";
            case ScalarType.Error: return field.Default is null ? "ErrorCode.None" : $"(ErrorCode)({field.Default})";
            case ScalarType.Uuid: return "Uuid.Zero";
            case ScalarType.Bytes: return "ReadOnlyMemory<byte>.Empty";
            case ScalarType.Records: return "Records.Null";
            default: return Number(field.Default);
        }
    }

    /// <summary>Condition that the field does not have its default.</summary>
    internal static string IsSet(FieldModel field)
    {
        string name = field.Name;
        if (field.Type.PlainScalar == ScalarType.Records) return $"!{name}.IsNull";
        if (field.IsNullByDefault) return $"{name} is not null";
        if (field.Type.IsArray) return field.IsNullable ? $"{name} is not {{ Count: 0 }}" : $"{name}.Count != 0";
        if (field.Type.IsStruct) return field.IsNullable ? $"({name} is null || !{name}.IsDefault())" : $"!{name}.IsDefault()";
        switch (field.Type.PlainScalar)
        {
            case ScalarType.Bool: return field.Default == "true" ? $"!{name}" : name;
            case ScalarType.String: return $"{name} is not {DefaultScalar(field)}";
            case ScalarType.Bytes: return field.IsNullable ? $"{name} is not {{ Length: 0 }}" : $"{name}.Length != 0";
            default: return $"{name} != {DefaultScalar(field)}";
        }
    }

    /// <summary>A range as documentation says it.</summary>
    internal static string VersionText(VersionRange versions) => (versions.Low == versions.High ? "Version " : "Versions ") + versions;

    internal static string CamelCase(string name) => char.ToLowerInvariant(name[0]) + name.Substring(1);

    internal static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string Number(string? text)
    {
        if (text is null) return "0";
        if (!text.StartsWith("0x", StringComparison.Ordinal)) return text;
        return long.Parse(text.Substring(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
    }
}
