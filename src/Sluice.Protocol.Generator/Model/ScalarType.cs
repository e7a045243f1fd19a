namespace Sluice.Protocol.Generator.Model;

/// <summary>The types that are no structs. <see cref="Error"/> is an int16 that holds an error code.</summary>
internal enum ScalarType
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    Error,
    String,
    Bytes,
    Records,
}
