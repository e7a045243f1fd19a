using Sluice.Protocol.Generator.Model;
using Sluice.Protocol.Generator.Parsing;

namespace Sluice.Protocol.Tests.Model;

/// <summary>The models of all schemas, parsed as the generator parses them.</summary>
internal static class Schemas
{
    private static readonly SortedDictionary<string, MessageModel> ByName = Load();

    internal static IEnumerable<MessageModel> All => ByName.Values;

    internal static MessageModel Get(string name) => ByName[name];

    internal static MessageModel? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Every message in every version it has.</summary>
    internal static IEnumerable<(MessageModel Message, short Version)> AllVersions()
    {
        foreach (MessageModel message in All)
        {
            for (short version = message.Versions.Low; version <= message.Versions.High; version++) yield return (message, version);
        }
    }

    internal static IMessage Create(MessageModel message) =>
        (IMessage)Activator.CreateInstance(typeof(IMessage).Assembly.GetType($"Sluice.Protocol.Messages.{message.Name}", throwOnError: true)!)!;

    private static SortedDictionary<string, MessageModel> Load()
    {
        var models = new SortedDictionary<string, MessageModel>(StringComparer.Ordinal);
        foreach (string name in Resources.Names("Schemas."))
        {
            MessageModel? model = SchemaParser.Parse(Resources.Text(name), out IReadOnlyList<SchemaError> errors);
            errors.ShouldBeEmpty(name);
            models.Add(model!.Name, model);
        }

        return models;
    }
}
