using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>Writes the Write method of a struct.</summary>
internal static class WriteEmitter
{
    internal static void Emit(CodeWriter code, StructContext context)
    {
        code.Open($"{(context.IsRoot ? "public" : "internal")} void Write(ref MessageWriter writer, short version)");
        if (context.IsRoot)
        {
            MessageModel message = context.Message;
            code.Line($"if (version is < {message.Versions.Low} or > {message.Versions.High}) MessageErrors.ThrowUnsupportedVersion(\"{message.Name}\", version);");
        }

        foreach (FieldModel field in context.Struct.Fields) EmitChecks(code, context, field);
        context.DeclareFlexible(code, isUsed: true);
        foreach (FieldModel field in context.Positional) EmitField(code, context, field);
        if (context.IsEverFlexible) EmitTags(code, context);
        code.Close();
    }

    /// <summary>Condition that a tagged field is in the message, given that the version is flexible.</summary>
    internal static string IsTagWritten(StructContext context, FieldModel field)
    {
        string present = Expressions.VersionIn(field.Versions, context.Message.Flexible.Intersect(context.Reach));
        return Expressions.And(present, Expressions.IsSet(field));
    }

    // What the version cannot carry: values of fields that it lacks, unless they may be lost, and null where it is not allowed.
    private static void EmitChecks(CodeWriter code, StructContext context, FieldModel field)
    {
        string name = context.IsRoot ? context.Message.Name : $"{context.Message.Name}.{context.Struct.ClassName}";
        string absent = Expressions.VersionNotIn(field.Versions, context.Reach);
        if (absent.Length > 0 && !field.IsIgnorable)
        {
            code.Line($"if ({absent} && {Expressions.IsSet(field)}) MessageErrors.ThrowFieldNotInVersion(\"{name}\", \"{field.Name}\", version);");
        }

        VersionRange present = field.Versions.Intersect(context.Reach);
        string isNull = field.Type.PlainScalar == ScalarType.Records ? $"{field.Name}.IsNull" : $"{field.Name} is null";
        if (!field.IsNullable)
        {
            if (field.Type.PlainScalar != ScalarType.Records) return;
            code.Line($"if ({Expressions.And(context.Present(field), isNull)}) MessageErrors.ThrowNullNotAllowed(\"{name}\", \"{field.Name}\", version);");
            return;
        }

        if (field.Nullable.Contains(present)) return;
        string condition = Expressions.And(context.Present(field), Expressions.VersionNotIn(field.Nullable, present));
        code.Line($"if ({condition} && {isNull}) MessageErrors.ThrowNullNotAllowed(\"{name}\", \"{field.Name}\", version);");
    }

    private static void EmitField(CodeWriter code, StructContext context, FieldModel field)
    {
        string present = context.Present(field);
        if (field.Type.IsStructArray || (field.IsNullable && (field.Type.IsArray || field.Type.IsStruct)))
        {
            if (present.Length > 0) code.Open($"if ({present})");
            EmitStatements(code, context, field);
            if (present.Length > 0) code.Close();
        }
        else
        {
            code.If(present, OneStatement(context, field));
        }
    }

    private static string OneStatement(StructContext context, FieldModel field)
    {
        if (field.Type.IsStruct) return $"{field.Name}.Write(ref writer, version);";
        string flexible = context.FlexibleArgument(field);
        ScalarType scalar = field.Type.Scalar!.Value;
        string suffix = Expressions.MethodSuffix(scalar);
        if (field.Type.IsScalarArray) return $"writer.Write{suffix}s({field.Name}, {flexible});";
        if (Expressions.FixedSize(scalar) > 0) return $"writer.Write{suffix}({field.Name});";
        string nullable = field.IsNullable && scalar != ScalarType.Records ? "Nullable" : "";
        return $"writer.Write{nullable}{suffix}({field.Name}, {flexible});";
    }

    private static void EmitStatements(CodeWriter code, StructContext context, FieldModel field)
    {
        string name = field.Name;
        string flexible = context.FlexibleArgument(field);
        if (field.Type.IsStruct)
        {
            string nullable = Expressions.VersionIn(field.Nullable, field.Versions.Intersect(context.Reach));
            code.If(nullable, field.Tag is null ? $"writer.WriteIsPresent({name} is not null);" : $"writer.WriteUnsignedVarint({name} is null ? 0u : 1u);");
            code.Line($"{name}?.Write(ref writer, version);");
        }
        else if (field.Type.IsStructArray)
        {
            string element = Expressions.CamelCase(name) + "Element";
            string loop = $"foreach ({field.Type.Struct!.ClassName} {element} in {name}) {element}.Write(ref writer, version);";
            code.Line($"writer.WriteArrayCount({(field.IsNullable ? $"{name}?.Count ?? -1" : $"{name}.Count")}, {flexible});");
            if (field.IsNullable) code.Open($"if ({name} is not null)");
            code.Line(loop);
            if (field.IsNullable) code.Close();
        }
        else
        {
            code.Line($"if ({name} is null) writer.WriteArrayCount(-1, {flexible});");
            code.Line($"else {OneStatement(context, field)}");
        }
    }

    private static void EmitTags(CodeWriter code, StructContext context)
    {
        if (context.Tagged.Count == 0)
        {
            code.If(context.FlexibleCondition, "writer.WriteTagCount(0);");
            return;
        }

        if (!context.IsAlwaysFlexible) code.Line("if (!flexible) return;");
        code.Line("int tagCount = 0;");
        foreach (FieldModel field in context.Tagged) code.Line($"if ({IsTagWritten(context, field)}) tagCount++;");
        code.Line("writer.WriteTagCount(tagCount);");
        foreach (FieldModel field in context.Tagged)
        {
            code.Open($"if ({IsTagWritten(context, field)})");
            code.Line($"writer.WriteTag({field.Tag}, {MeasureEmitter.TaggedContent(context, field)});");
            if (field.Type.IsStructArray || (field.IsNullable && (field.Type.IsArray || field.Type.IsStruct))) EmitStatements(code, context, field);
            else code.Line(OneStatement(context, field));
            code.Close();
        }
    }
}
