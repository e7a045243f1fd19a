using System.Text;

namespace Sluice.FileServer.Tests;

/// <summary>An answer as it came over the wire.</summary>
internal sealed record Answer(int Status, IReadOnlyDictionary<string, string> Fields, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string name] => Fields.GetValueOrDefault(name);
}
