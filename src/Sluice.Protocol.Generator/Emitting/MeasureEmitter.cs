using System.Collections.Generic;
using System.Linq;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>Writes the methods that tell how many bytes a struct takes.</summary>
internal static class MeasureEmitter
{
    internal static void Emit(CodeWriter code, StructContext context)
    {
        EmitMeasure(code, context);
        foreach (FieldModel field in context.Tagged.Where(f => f.Type.IsStructArray))
        {
            code.Blank();
            EmitArrayMethod(code, context, field);
        }

        if (!context.IsRoot && !context.Struct.HasRecords) return;
        code.Blank();
        EmitMeasureExternal(code, context);
    }

    /// <summary>Size of a tagged field's content.</summary>
    internal static string TaggedContent(StructContext context, FieldModel field)
    {
        if (field.Type.IsStructArray) return $"Measure{field.Name}(version)";
        if (!field.Type.IsStruct) return Size(context, field);
        return field.IsNullable ? $"1 + ({field.Name} is null ? 0 : {field.Name}.Measure(version))" : $"{field.Name}.Measure(version)";
    }

    private static void EmitMeasure(CodeWriter code, StructContext context)
    {
        code.Open($"{(context.IsRoot ? "public" : "internal")} int Measure(short version)");
        if (context.IsRoot)
        {
            MessageModel message = context.Message;
            code.Line($"if (version is < {message.Versions.Low} or > {message.Versions.High}) MessageErrors.ThrowUnsupportedVersion(\"{message.Name}\", version);");
        }

        context.DeclareFlexible(code, isUsed: true);
        code.Line($"int size = {FixedSizes(context)};");
        foreach (FieldModel field in context.Positional) EmitField(code, context, field);
        if (context.IsEverFlexible) EmitTags(code, context);
        code.Line("return size;");
        code.Close();
    }

    // Fields of fixed size that are in every version, the tag count if there always is one, and nothing else.
    private static string FixedSizes(StructContext context)
    {
        IEnumerable<int> sizes = context.Positional
            .Where(f => context.Present(f).Length == 0)
            .Select(f => Expressions.FixedSize(f.Type.PlainScalar))
            .Where(size => size > 0);
        if (context.IsAlwaysFlexible) sizes = sizes.Append(1);
        string sum = string.Join(" + ", sizes);
        return sum.Length == 0 ? "0" : sum;
    }

    private static void EmitField(CodeWriter code, StructContext context, FieldModel field)
    {
        string present = context.Present(field);
        int fixedSize = Expressions.FixedSize(field.Type.PlainScalar);
        if (fixedSize > 0)
        {
            if (present.Length > 0) code.Line($"if ({present}) size += {fixedSize};");
        }
        else if (field.Type.IsStructArray)
        {
            if (present.Length > 0) code.Open($"if ({present})");
            EmitStructArray(code, context, field);
            if (present.Length > 0) code.Close();
        }
        else if (field.Type.IsStruct && field.IsNullable)
        {
            if (present.Length > 0) code.Open($"if ({present})");
            string nullable = Expressions.VersionIn(field.Nullable, field.Versions.Intersect(context.Reach));
            code.If(nullable, "size += 1;");
            code.Line($"if ({field.Name} is not null) size = checked(size + {field.Name}.Measure(version));");
            if (present.Length > 0) code.Close();
        }
        else
        {
            string size = field.Type.IsStruct ? $"{field.Name}.Measure(version)" : Size(context, field);
            code.If(present, $"size = checked(size + {size});");
        }
    }

    private static void EmitStructArray(CodeWriter code, StructContext context, FieldModel field)
    {
        string element = Expressions.CamelCase(field.Name) + "Element";
        string count = field.IsNullable ? $"{field.Name}?.Count ?? -1" : $"{field.Name}.Count";
        code.Line($"size += MessageSize.OfArrayCount({count}, {context.FlexibleArgument(field)});");
        string loop = $"foreach ({field.Type.Struct!.ClassName} {element} in {field.Name}) size = checked(size + {element}.Measure(version));";
        if (!field.IsNullable)
        {
            code.Line(loop);
            return;
        }

        code.Open($"if ({field.Name} is not null)");
        code.Line(loop);
        code.Close();
    }

    private static void EmitArrayMethod(CodeWriter code, StructContext context, FieldModel field)
    {
        code.Open($"private int Measure{field.Name}(short version)");
        code.Line("int size = 0;");
        EmitStructArray(code, context, field);
        code.Line("return size;");
        code.Close();
    }

    private static string Size(StructContext context, FieldModel field)
    {
        string name = field.Name;
        string flexible = context.FlexibleArgument(field);
        if (field.Type.PlainScalar is { } scalar)
        {
            int fixedSize = Expressions.FixedSize(scalar);
            return fixedSize > 0 ? fixedSize.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"MessageSize.Of{Expressions.MethodSuffix(scalar)}({name}, {flexible})";
        }

        string size = field.Type.Scalar == ScalarType.String
            ? $"MessageSize.OfStrings({name}, {flexible})"
            : $"MessageSize.OfArrayCount({name}.Count, {flexible}) + ({Expressions.FixedSize(field.Type.Scalar)} * {name}.Count)";
        return field.IsNullable ? $"({name} is null ? MessageSize.OfArrayCount(-1, {flexible}) : {size})" : size;
    }

    private static void EmitTags(CodeWriter code, StructContext context)
    {
        if (context.Tagged.Count == 0)
        {
            if (!context.IsAlwaysFlexible) code.Line("if (flexible) size += 1;");
            return;
        }

        if (!context.IsAlwaysFlexible)
        {
            code.Line("if (!flexible) return size;");
            code.Line("size += 1;");
        }

        foreach (FieldModel field in context.Tagged)
        {
            string isWritten = WriteEmitter.IsTagWritten(context, field);
            code.Line($"if ({isWritten}) size = checked(size + MessageSize.OfTagged({field.Tag}, {TaggedContent(context, field)}));");
        }
    }

    private static void EmitMeasureExternal(CodeWriter code, StructContext context)
    {
        string signature = $"{(context.IsRoot ? "public" : "internal")} int MeasureExternal(short version)";
        if (!context.Struct.HasRecords)
        {
            code.Line($"{signature} => 0;");
            return;
        }

        code.Open(signature);
        code.Line("int size = 0;");
        foreach (FieldModel field in context.Struct.Fields)
        {
            string condition = context.Present(field);
            if (field.Type.PlainScalar == ScalarType.Records)
            {
                code.If(condition, $"size = checked(size + ({field.Name}.External?.SizeBytes ?? 0));");
            }
            else if (field.Type.Struct is { HasRecords: true } inner)
            {
                if (field.IsNullable) condition = Expressions.And(condition, $"{field.Name} is not null");
                if (condition.Length > 0) code.Open($"if ({condition})");
                if (field.Type.IsStruct) code.Line($"size = checked(size + {field.Name}.MeasureExternal(version));");
                else code.Line($"foreach ({inner.ClassName} element in {field.Name}) size = checked(size + element.MeasureExternal(version));");
                if (condition.Length > 0) code.Close();
            }
        }

        code.Line("return size;");
        code.Close();
    }
}
