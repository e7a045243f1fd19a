using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Parsing;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice topic create</c>.</summary>
internal static class TopicCreateCommand
{
    internal static Command Create(CliConsole console, GlobalOptions options)
    {
        Argument<string> name = TopicArgument.One("Name of the new topic: up to 249 letters, digits, dots, underscores and dashes");
        Option<int?> partitions = NumberOption.Create("--partitions", "N", "Number of partitions [default: the broker's num.partitions]", 1, int.MaxValue);
        Option<short?> replicas = NumberOption.Create<short>(
            "--replication-factor", "N", "Number of replicas of each partition [default: the broker's default.replication.factor]", 1, short.MaxValue);
        Option<IReadOnlyList<KeyValuePair<string, string>>> configs = PairsOption.Create("--config", "A setting of the topic; repeatable");
        var ifNotExists = new Option<bool>("--if-not-exists") { Description = "Succeed, and change nothing, if the topic is there already" };
        var command = new SluiceCommand(
            "create",
            "Create a topic. It can be used when the command ends.",
            "sluice topic create orders --partitions 3",
            "sluice topic create prices --partitions 1 --config cleanup.policy=compact --if-not-exists")
        {
            name, partitions, replicas, configs, ifNotExists,
        };
        CommandContext.SetAction(command, console, options, async (context, cancellationToken) =>
        {
            var topic = new NewTopic(
                context.ParseResult.GetRequiredValue(name),
                context.ParseResult.GetValue(partitions),
                context.ParseResult.GetValue(replicas),
                Settings(context.ParseResult.GetValue(configs)));
            Documents.TopicCreation outcome = await CreateAsync(context, topic, context.ParseResult.GetValue(ifNotExists), cancellationToken)
                .ConfigureAwait(false);
            Write(context, outcome);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static async Task<Documents.TopicCreation> CreateAsync(
        CommandContext context,
        NewTopic topic,
        bool ifNotExists,
        CancellationToken cancellationToken)
    {
        AdminClient admin = await context.AdminAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            CreatedTopic created = await admin.CreateTopicAsync(topic, cancellationToken).ConfigureAwait(false);
            return new Documents.TopicCreation(true, created.Name, created.Id.ToString(), created.PartitionCount, created.ReplicationFactor);
        }
        catch (KafkaException exception) when (ifNotExists && exception.Error == ErrorCode.TopicAlreadyExists)
        {
            TopicMetadata found = await admin.DescribeTopicAsync(topic.Name, cancellationToken).ConfigureAwait(false);
            int replicasCount = found.Partitions.Count == 0 ? 0 : found.Partitions[0].Replicas.Count;
            return new Documents.TopicCreation(false, found.Name, found.Id.ToString(), found.Partitions.Count, replicasCount);
        }
    }

    private static void Write(CommandContext context, Documents.TopicCreation outcome)
    {
        if (context.IsJson)
        {
            context.WriteJson(outcome, CliJson.Default.TopicCreation);
            return;
        }

        string shape = $"{Amounts.Count(outcome.Partitions, "partition")}, replication factor {outcome.ReplicationFactor}";
        context.WriteLine(outcome.Created
            ? $"Created topic {outcome.Name}: {shape}."
            : $"Topic {outcome.Name} exists already: {shape}. Nothing was changed.");
    }

    private static Dictionary<string, string> Settings(IReadOnlyList<KeyValuePair<string, string>>? pairs)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in pairs ?? [])
        {
            if (!settings.TryAdd(name, value)) throw CommandException.Usage($"--config {name} is given twice");
        }

        return settings;
    }
}
