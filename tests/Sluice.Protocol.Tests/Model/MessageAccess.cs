using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Tests.Model;

/// <summary>Reads and sets the fields of generated classes by their names in the schema.</summary>
internal static class MessageAccess
{
    private static readonly ConcurrentDictionary<(Type Type, string Name), PropertyInfo> Properties = new();
    private static readonly ConcurrentDictionary<Type, MethodInfo> AddMethods = new();

    internal static object? Get(object instance, FieldModel field) => Property(instance, field.Name).GetValue(instance);

    internal static void Set(object instance, FieldModel field, object? value) => Property(instance, field.Name).SetValue(instance, value);

    /// <summary>The field's list or struct, made if it is null.</summary>
    internal static object GetOrCreate(object instance, FieldModel field)
    {
        PropertyInfo property = Property(instance, field.Name);
        object? value = property.GetValue(instance);
        if (value is null) property.SetValue(instance, value = Activator.CreateInstance(property.PropertyType)!);
        return value;
    }

    /// <summary>Appends an element to a MessageList.</summary>
    internal static object Add(object list) => AddMethods.GetOrAdd(list.GetType(), type => type.GetMethod("Add", [])!).Invoke(list, null)!;

    internal static IEnumerable<object> Elements(object list) => ((IEnumerable)list).Cast<object>();

    /// <summary>Null if both hold the same values in every field, else the path of the first difference.</summary>
    internal static string? Difference(StructModel model, object left, object right, string path = "")
    {
        foreach (FieldModel field in model.Fields)
        {
            string name = $"{path}/{field.Name}";
            string? difference = DifferenceOfValues(field, Get(left, field), Get(right, field), name);
            if (difference is not null) return difference;
        }

        return null;
    }

    private static string? DifferenceOfValues(FieldModel field, object? left, object? right, string path)
    {
        if (left is null || right is null) return left is null && right is null ? null : $"{path}: {left ?? "null"} and {right ?? "null"}";
        if (field.Type.IsStruct) return Difference(field.Type.Struct!, left, right, path);
        if (field.Type.IsArray)
        {
            object[] leftElements = Elements(left).ToArray();
            object[] rightElements = Elements(right).ToArray();
            if (leftElements.Length != rightElements.Length) return $"{path}: {leftElements.Length} and {rightElements.Length} elements";
            for (int i = 0; i < leftElements.Length; i++)
            {
                string? difference = field.Type.Struct is { } element
                    ? Difference(element, leftElements[i], rightElements[i], $"{path}[{i}]")
                    : leftElements[i].Equals(rightElements[i]) ? null : $"{path}[{i}]: {leftElements[i]} and {rightElements[i]}";
                if (difference is not null) return difference;
            }

            return null;
        }

        bool isSame = (left, right) switch
        {
            (ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b) => a.Span.SequenceEqual(b.Span),
            (Protocol.Messages.Records a, Protocol.Messages.Records b) => a.IsNull == b.IsNull && a.Bytes.Span.SequenceEqual(b.Bytes.Span),
            _ => left.Equals(right),
        };
        return isSame ? null : $"{path}: {left} and {right}";
    }

    private static PropertyInfo Property(object instance, string name) =>
        Properties.GetOrAdd((instance.GetType(), name), key => key.Type.GetProperty(key.Name) ?? throw new ArgumentException($"{key.Type} has no {key.Name}."));
}
