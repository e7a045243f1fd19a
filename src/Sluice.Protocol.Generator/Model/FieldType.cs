namespace Sluice.Protocol.Generator.Model;

/// <summary>A field's type: a scalar, a struct, or an array of either.</summary>
internal sealed class FieldType
{
    internal FieldType(string text, bool isArray, ScalarType? scalar, string? structName)
    {
        Text = text;
        IsArray = isArray;
        Scalar = scalar;
        StructName = structName;
    }

    /// <summary>As written in the schema.</summary>
    internal string Text { get; }

    internal bool IsArray { get; }

    /// <summary>Null = the type, or the array's element, is a struct.</summary>
    internal ScalarType? Scalar { get; }

    /// <summary>Null = the type, or the array's element, is a scalar.</summary>
    internal string? StructName { get; }

    /// <summary>Set when the name has been looked up; null for scalars.</summary>
    internal StructModel? Struct { get; set; }

    internal bool IsStruct => StructName is not null && !IsArray;

    internal bool IsStructArray => StructName is not null && IsArray;

    internal bool IsScalarArray => Scalar is not null && IsArray;

    /// <summary>The scalar, if this is one and no array of it.</summary>
    internal ScalarType? PlainScalar => IsArray ? null : Scalar;

    internal bool CanBeNull => IsArray || IsStruct || Scalar is ScalarType.String or ScalarType.Bytes or ScalarType.Records;
}
