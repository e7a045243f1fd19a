using System.CommandLine;
using System.Globalization;
using Sluice.Broker.Takeover;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Metadata.Kafka;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice kafka inspect</c>.</summary>
internal static class KafkaInspectCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        var directory = new Argument<string[]>("DIR") { Description = "Kafka's data directory, or all of them (log.dirs)", Arity = ArgumentArity.OneOrMore };
        Option<string?> metadata = TakeoverOptions.MetadataDirectory();
        Option<bool> force = TakeoverOptions.Force();
        var command = new SluiceCommand(
            "inspect",
            "Say what 'sluice serve --data DIR' would take over from Kafka, and what it would not. Changes nothing. Exits with 1 if it would refuse.",
            "sluice kafka inspect /var/lib/kafka/data",
            "sluice kafka inspect /var/lib/kafka/data --kafka-metadata /var/lib/kafka/metadata --json")
        {
            directory, metadata, force,
        };
        CommandContext.SetAction(command, console, options, (context, cancellationToken) =>
        {
            KafkaInspection inspection = Inspect(
                context.ParseResult.GetValue(directory)!, TakeoverOptions.Create(context.ParseResult.GetValue(metadata), context.ParseResult.GetValue(force)), cancellationToken);
            bool isForced = context.ParseResult.GetValue(force);
            if (context.IsJson) context.WriteJson(ToDocument(inspection, isForced), CliJson.Default.KafkaInspection);
            else Write(context, inspection, isForced);
            return Task.FromResult(inspection.FindHindrance(isForced) is null ? ExitCodes.Ok : ExitCodes.Failed);
        });
        return command;
    }

    private static KafkaInspection Inspect(string[] directories, KafkaTakeoverOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return KafkaTakeover.Inspect(directories, options, cancellationToken);
        }
        catch (KafkaTakeoverException failure)
        {
            throw new CommandException(failure.Message);
        }
    }

    private static void Write(CommandContext context, KafkaInspection inspection, bool isForced)
    {
        KafkaMetadata metadata = inspection.Metadata;
        context.WriteHeading($"{string.Join(", ", inspection.DataDirectories)}: node {inspection.Identity.NodeId} of cluster {inspection.Identity.ClusterId}");
        context.WriteLine($"  metadata      {inspection.MetadataDirectory}, up to offset {Text(metadata.EndOffset)}, metadata.version {KafkaMetadataVersions.NameOf(metadata.MetadataVersion)}");
        context.WriteLine($"  producer ids  go on from {Text(metadata.NextProducerId)}");
        context.WriteLine();
        context.WriteHeading($"Comes over: {Amounts.Count(inspection.Topics.Count, "topic")}, {Amounts.Count(inspection.Topics.Sum(static topic => topic.PartitionsCount), "partition")}, {Amounts.Bytes(inspection.Topics.Sum(static topic => topic.SizeBytes))}");
        if (inspection.Topics.Count > 0) context.Write(TableOf(inspection.Topics));
        foreach (var (resource, key, value) in inspection.BrokerConfigs)
        {
            context.WriteLine($"  {(resource.Name.Length == 0 ? "all brokers" : $"broker {resource.Name}")}: {key}={value ?? "(hidden)"}");
        }
        WriteFindings(context, "Worth knowing", inspection.Findings.Where(static finding => finding.Kind == KafkaFindingKind.Note));
        WriteFindings(context, isForced ? "Overridden by --force" : "In the way, unless --force is given", inspection.Findings.Where(static finding => finding.Kind == KafkaFindingKind.Overridable));
        WriteFindings(context, "In the way", inspection.Findings.Where(static finding => finding.Kind == KafkaFindingKind.Refusal));
        context.WriteLine();
        context.WriteLine(inspection.FindHindrance(isForced) is null
            ? $"Nothing stands in the way: sluice serve {DataOption(inspection)}{(isForced ? " --force" : "")}"
            : "sluice serve would refuse this directory; nothing was changed.");
    }

    private static string DataOption(KafkaInspection inspection) => inspection.DataDirectories.Count == 1
        ? $"--data {inspection.DataDirectories[0]}"
        : $"--set log.dirs={string.Join(',', inspection.DataDirectories)}";

    private static TextTable TableOf(IReadOnlyList<KafkaTopicSummary> topics)
    {
        var table = new TextTable("Topic", ">Partitions", ">Size", "Id", "Settings");
        foreach (KafkaTopicSummary topic in topics)
        {
            string settings = string.Join(", ", topic.Configs.Select(static config => $"{config.Key}={config.Value ?? "(hidden)"}"));
            table.Add(topic.Name, Amounts.Count(topic.PartitionsCount), Amounts.Bytes(topic.SizeBytes), topic.Id.ToString(), settings);
        }

        return table;
    }

    private static void WriteFindings(CommandContext context, string heading, IEnumerable<KafkaFinding> findings)
    {
        bool isFirst = true;
        foreach (KafkaFinding finding in findings)
        {
            if (isFirst)
            {
                context.WriteLine();
                context.WriteHeading(heading);
            }

            isFirst = false;
            context.WriteLine($"  {finding.Message}");
        }
    }

    private static Documents.KafkaInspection ToDocument(KafkaInspection inspection, bool isForced) => new(
        inspection.DataDirectories,
        inspection.MetadataDirectory,
        inspection.Identity.ClusterId!,
        inspection.Identity.NodeId,
        KafkaMetadataVersions.NameOf(inspection.Metadata.MetadataVersion),
        inspection.Metadata.EndOffset,
        inspection.Metadata.NextProducerId,
        inspection.FindHindrance(isForced) is null,
        [
            .. inspection.Topics.Select(static topic => new Documents.KafkaTopic(
                topic.Name, topic.Id.ToString(), topic.PartitionsCount, topic.SizeBytes, topic.Configs.ToDictionary(static config => config.Key, static config => config.Value))),
        ],
        [.. inspection.BrokerConfigs.Select(static config => new Documents.KafkaBrokerConfig(config.Resource.Name.Length == 0 ? null : config.Resource.Name, config.Key, config.Value))],
        [.. inspection.Findings.Select(static finding => new Documents.KafkaFinding(KindOf(finding.Kind), finding.Message))]);

    private static string KindOf(KafkaFindingKind kind) => kind switch
    {
        KafkaFindingKind.Refusal => "refusal",
        KafkaFindingKind.Overridable => "overridable",
        _ => "note",
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
