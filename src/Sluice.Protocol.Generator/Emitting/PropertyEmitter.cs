using System.Linq;
using System.Text;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>Writes the properties of a struct and the methods that give them their defaults.</summary>
internal static class PropertyEmitter
{
    internal static void EmitSpares(CodeWriter code, StructContext context)
    {
        foreach (FieldModel field in context.Struct.Fields.Where(NeedsSpare)) code.Line($"private {Expressions.ClrType(field)} {Spare(field)};");
        if (context.Struct.Fields.Any(NeedsSpare)) code.Blank();
    }

    internal static void Emit(CodeWriter code, StructContext context)
    {
        foreach (FieldModel field in context.Struct.Fields)
        {
            code.Line($"/// <summary>{Summary(field, context)}</summary>");
            code.Line($"public {Expressions.ClrType(field)} {field.Name} {{ get; set; }}{Initializer(field)}");
            code.Blank();
        }

        EmitReset(code, context);
        code.Blank();
        if (!context.Struct.NeedsIsDefault) return;
        EmitIsDefault(code, context);
        code.Blank();
    }

    /// <summary>The field that keeps a list or struct while the property is null, so that it can be used again.</summary>
    internal static string Spare(FieldModel field) => "_spare" + field.Name;

    private static bool NeedsSpare(FieldModel field) => field.IsNullable && (field.Type.IsArray || field.Type.IsStruct);

    private static string Summary(FieldModel field, StructContext context)
    {
        var text = new StringBuilder();
        if (field.Summary is { Length: > 0 } summary) text.Append(Expressions.Xml(summary)).Append(summary.EndsWith(".", System.StringComparison.Ordinal) ? " " : ". ");
        text.Append(Expressions.VersionText(field.Versions.Intersect(context.Reach)));
        if (field.Default is not null) text.Append(", default ").Append(Expressions.Xml(field.Default));
        if (field.IsNullable)
        {
            VersionRange nullable = field.Nullable.Intersect(context.Reach);
            text.Append(nullable.Equals(field.Versions.Intersect(context.Reach)) ? ", may be null" : $", may be null in {Expressions.VersionText(nullable).ToLowerInvariant()}");
        }

        return text.Append('.').ToString();
    }

    private static string Initializer(FieldModel field)
    {
        if (field.IsNullByDefault) return "";
        if (field.Type.IsArray || field.Type.IsStruct) return " = new();";
        string value = Expressions.DefaultScalar(field);
        return value is "0" or "false" or "ErrorCode.None" or "Uuid.Zero" or "Records.Null" || (value == "ReadOnlyMemory<byte>.Empty" && !field.IsNullable) ? "" : $" = {value};";
    }

    private static void EmitReset(CodeWriter code, StructContext context)
    {
        code.Open("public void Reset()");
        foreach (FieldModel field in context.Struct.Fields) EmitReset(code, field);
        code.Close();
    }

    private static void EmitReset(CodeWriter code, FieldModel field)
    {
        string name = field.Name;
        if (!field.Type.IsArray && !field.Type.IsStruct)
        {
            code.Line($"{name} = {Expressions.DefaultScalar(field)};");
        }
        else if (field.IsNullByDefault)
        {
            code.Open($"if ({name} is not null)");
            code.Line(Clear(field, name));
            code.Line($"{Spare(field)} = {name};");
            code.Line($"{name} = null;");
            code.Close();
        }
        else
        {
            if (field.IsNullable) code.Line($"{name} ??= {Spare(field)} ?? new();");
            code.Line(Clear(field, name));
        }
    }

    private static string Clear(FieldModel field, string name)
    {
        if (field.Type.IsStruct) return $"{name}.Reset();";
        return field.Type.IsStructArray ? $"{name}.Clear();" : $"MessageStorage.Clear({name});";
    }

    private static void EmitIsDefault(CodeWriter code, StructContext context)
    {
        code.Open("internal bool IsDefault()");
        foreach (FieldModel field in context.Struct.Fields) code.Line($"if ({Expressions.IsSet(field)}) return false;");
        code.Line("return true;");
        code.Close();
    }
}
