using System.Collections.Concurrent;
using System.Reflection;
using Sluice.Protocol;

namespace Sluice.Differential.Comparison;

/// <summary>The schema's fields of a generated type, in the schema's order.</summary>
internal static class MessageProperties
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> Known = new();

    public static PropertyInfo[] Of(Type type) => Known.GetOrAdd(type, static type =>
    [
        .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.CanWrite && property.GetIndexParameters().Length == 0)
            .Where(static property => property.Name is not (nameof(IMessage.LowestVersion) or nameof(IMessage.HighestVersion)))
            .OrderBy(static property => property.MetadataToken),
    ]);

    public static PropertyInfo? Find(Type type, string name, Type? ofType = null) =>
        Array.Find(Of(type), property => property.Name == name && (ofType is null || property.PropertyType == ofType));
}
