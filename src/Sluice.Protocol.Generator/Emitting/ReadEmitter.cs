using System.Linq;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>Writes the Read method of a struct. It expects every field at its default and sets those that are on the wire.</summary>
internal static class ReadEmitter
{
    internal static void Emit(CodeWriter code, StructContext context)
    {
        MessageModel message = context.Message;
        if (context.IsRoot)
        {
            code.Open("public void Read(ref MessageReader reader, short version)");
            code.Line($"if (version is < {message.Versions.Low} or > {message.Versions.High}) WireFormatException.ThrowUnsupportedVersion(\"{message.Name}\", version);");
            code.Line("Reset();");
        }
        else
        {
            code.Open("internal void Read(ref MessageReader reader, short version)");
        }

        context.DeclareFlexible(code, isUsed: true);
        foreach (FieldModel field in context.Positional) EmitField(code, context, field);
        if (context.IsEverFlexible) EmitTags(code, context);
        code.Close();
    }

    private static void EmitField(CodeWriter code, StructContext context, FieldModel field)
    {
        string present = context.Present(field);
        if (IsOneStatement(field))
        {
            code.If(present, OneStatement(context, field));
            return;
        }

        // A struct that is null where it is absent needs one condition, not two.
        if (field.Type.IsStruct && field.IsNullByDefault)
        {
            EmitNullableStruct(code, context, field, present, "reader.ReadIsPresent()");
            return;
        }

        if (present.Length > 0) code.Open($"if ({present})");
        EmitStatements(code, context, field);
        if (present.Length > 0) code.Close();
    }

    private static bool IsOneStatement(FieldModel field) => !field.Type.IsStructArray && (field.Type.PlainScalar is not null || !field.IsNullable);

    private static string OneStatement(StructContext context, FieldModel field)
    {
        if (field.Type.IsStruct) return $"{field.Name}.Read(ref reader, version);";
        string flexible = context.FlexibleArgument(field);
        if (field.Type.IsScalarArray) return $"reader.Read{Expressions.MethodSuffix(field.Type.Scalar!.Value)}s({field.Name}, {flexible});";
        ScalarType scalar = field.Type.Scalar!.Value;
        string suffix = Expressions.MethodSuffix(scalar);
        if (Expressions.FixedSize(scalar) > 0) return $"{field.Name} = reader.Read{suffix}();";
        return $"{field.Name} = {NullableCall(context, field, $"reader.ReadNullable{suffix}({flexible})", $"reader.Read{suffix}({flexible})")};";
    }

    // A field can be nullable in some of its versions only.
    private static string NullableCall(StructContext context, FieldModel field, string nullable, string notNullable)
    {
        if (!field.IsNullable) return notNullable;
        string condition = Expressions.VersionIn(field.Nullable, field.Versions.Intersect(context.Reach));
        return condition.Length == 0 ? nullable : $"{condition} ? {nullable} : {notNullable}";
    }

    private static void EmitStatements(CodeWriter code, StructContext context, FieldModel field)
    {
        if (field.Type.IsStruct) EmitNullableStruct(code, context, field, "", field.Tag is null ? "reader.ReadIsPresent()" : "reader.ReadUnsignedVarint() != 0");
        else EmitArray(code, context, field);
    }

    private static void EmitNullableStruct(CodeWriter code, StructContext context, FieldModel field, string inVersion, string isPresent)
    {
        string nullable = Expressions.VersionIn(field.Nullable, field.Versions.Intersect(context.Reach));
        if (nullable.Length > 0) isPresent = $"(!({nullable}) || {isPresent})";
        code.Open($"if ({Expressions.And(inVersion, isPresent)})");
        if (field.IsNullByDefault) code.Line($"{field.Name} = {PropertyEmitter.Spare(field)} ?? new();");
        code.Line($"{field.Name}{(field.IsNullByDefault ? "" : "!")}.Read(ref reader, version);");
        code.Close();
        if (field.IsNullByDefault) return;
        code.Open("else");
        EmitSetNull(code, field);
        code.Close();
    }

    private static void EmitArray(CodeWriter code, StructContext context, FieldModel field)
    {
        string count = Expressions.CamelCase(field.Name) + "Count";
        string flexible = context.FlexibleArgument(field);
        string arguments = $"({flexible}, elementBytesMin: {ElementBytesMin(context, field)})";
        code.Line($"int {count} = {NullableCall(context, field, "reader.ReadNullableArrayCount" + arguments, "reader.ReadArrayCount" + arguments)};");
        if (!field.IsNullable)
        {
            code.Line($"for (int i = 0; i < {count}; i++) {field.Name}.Add().Read(ref reader, version);");
            return;
        }

        code.Open($"if ({count} >= 0)");
        if (field.IsNullByDefault) code.Line($"{field.Name} = {PropertyEmitter.Spare(field)} ?? new();");
        string list = field.Name + (field.IsNullByDefault ? "" : "!");
        if (field.Type.IsStructArray) code.Line($"for (int i = 0; i < {count}; i++) {list}.Add().Read(ref reader, version);");
        else if (field.Type.Scalar == ScalarType.String) code.Line($"reader.AppendStrings({list}, {count}, {flexible});");
        else code.Line($"reader.Append{Expressions.MethodSuffix(field.Type.Scalar!.Value)}s({list}, {count});");
        code.Close();
        if (field.IsNullByDefault) return;
        code.Open("else");
        EmitSetNull(code, field);
        code.Close();
    }

    private static void EmitSetNull(CodeWriter code, FieldModel field)
    {
        code.Line($"{PropertyEmitter.Spare(field)} = {field.Name};");
        code.Line($"{field.Name} = null;");
    }

    private static int ElementBytesMin(StructContext context, FieldModel field)
    {
        if (field.Type.Struct is { } element) return ElementSize.Min(context.Message, element);
        int fixedSize = Expressions.FixedSize(field.Type.Scalar);
        return fixedSize > 0 ? fixedSize : 1;
    }

    private static void EmitTags(CodeWriter code, StructContext context)
    {
        if (context.Tagged.Count == 0)
        {
            code.If(context.FlexibleCondition, "reader.SkipTags();");
            return;
        }

        if (!context.IsAlwaysFlexible) code.Line("if (!flexible) return;");
        code.Line("int tagCount = reader.ReadTagCount();");
        code.Line("TaggedField tagged = default;");
        code.Open("for (int tagIndex = 0; tagIndex < tagCount; tagIndex++)");
        code.Line("tagged = reader.BeginTag(tagged);");
        code.Open("switch (tagged.Tag)");
        foreach (FieldModel field in context.Tagged) EmitTag(code, context, field);
        code.Case("default:");
        code.Line("reader.Skip();");
        code.EndCase();
        code.Close();
        code.Line("reader.EndTag(tagged);");
        code.Close();
    }

    private static void EmitTag(CodeWriter code, StructContext context, FieldModel field)
    {
        string present = Expressions.VersionIn(field.Versions, context.Message.Flexible.Intersect(context.Reach));
        code.Case($"case {field.Tag}{(present.Length > 0 ? " when " + present : "")}:");
        if (IsOneStatement(field)) code.Line(OneStatement(context, field));
        else EmitStatements(code, context, field);
        code.EndCase();
    }
}
