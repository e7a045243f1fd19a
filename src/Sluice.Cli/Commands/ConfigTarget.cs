using System.CommandLine;
using System.Globalization;
using Sluice.Client;
using Sluice.Client.Admin;

namespace Sluice.Cli.Commands;

/// <summary>The two options that say whose settings a command is about.</summary>
internal sealed class ConfigTarget
{
    private const string AllBrokers = "default";

    private readonly Option<string?> _topic = new("--topic") { Description = "Settings of a topic", HelpName = "TOPIC" };

    private readonly Option<string?> _broker = new("--broker")
    {
        Description = $"Settings of a broker, by its id; '{AllBrokers}' for those that all brokers share",
        HelpName = "ID",
    };

    internal void AddTo(Command command)
    {
        command.Options.Add(_topic);
        command.Options.Add(_broker);
    }

    /// <summary>What was asked for; topics are known to exist then.</summary>
    /// <exception cref="CommandException">Neither, both, or something that cannot be.</exception>
    internal async Task<ConfigResource> ResolveAsync(CommandContext context, CancellationToken cancellationToken)
    {
        string? topic = context.ParseResult.GetValue(_topic);
        string? broker = context.ParseResult.GetValue(_broker);
        if (topic is null == broker is null) throw CommandException.Usage("whose settings? Give either --topic TOPIC or --broker ID");
        if (topic is not null)
        {
            TopicMetadata metadata = await TopicLookup.RequireAsync(context, topic, cancellationToken).ConfigureAwait(false);
            return ConfigResource.Topic(metadata.Name);
        }

        if (broker == AllBrokers) return ConfigResource.Broker(null);
        return int.TryParse(broker, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? ConfigResource.Broker(id)
            : throw CommandException.Usage($"--broker wants a broker's id, 0 or more, or '{AllBrokers}'; it is '{broker}'");
    }
}
