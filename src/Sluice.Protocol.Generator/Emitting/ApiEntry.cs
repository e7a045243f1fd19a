using System;
using Sluice.Protocol.Generator.Model;

namespace Sluice.Protocol.Generator.Emitting;

/// <summary>What the table of APIs needs of a request or response. Compared by value, so that the table is rebuilt only when a header line changes.</summary>
internal sealed class ApiEntry : IEquatable<ApiEntry>
{
    internal ApiEntry(MessageModel message)
    {
        IsRequest = message.Kind == MessageKind.Request;
        Name = message.ApiName;
        Key = message.Key.GetValueOrDefault();
        Versions = message.Versions;
        Flexible = message.Flexible;
        Listeners = string.Join(",", message.Listeners);
        IsUnstable = message.IsUnstable;
    }

    internal bool IsRequest { get; }

    /// <summary>Without Request or Response.</summary>
    internal string Name { get; }

    internal short Key { get; }

    internal VersionRange Versions { get; }

    internal VersionRange Flexible { get; }

    /// <summary>Separated by commas.</summary>
    internal string Listeners { get; }

    internal bool IsUnstable { get; }

    public bool Equals(ApiEntry? other) =>
        other is not null && IsRequest == other.IsRequest && Name == other.Name && Key == other.Key && Versions.Equals(other.Versions)
        && Flexible.Equals(other.Flexible) && Listeners == other.Listeners && IsUnstable == other.IsUnstable;

    public override bool Equals(object? obj) => Equals(obj as ApiEntry);

    public override int GetHashCode() => (Key * 397) ^ Name.GetHashCode();
}
