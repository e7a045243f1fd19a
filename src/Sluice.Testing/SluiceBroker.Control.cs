using Sluice.Broker.Requests;
using Sluice.Broker.Topics;
using Sluice.Client;
using Sluice.Client.Admin;
using Sluice.Protocol;
using NewTopic = Sluice.Client.Admin.NewTopic;

namespace Sluice.Testing;

// What a test does to a running broker.
public sealed partial class SluiceBroker
{
    private const int NamedTopicsMax = 10;

    /// <summary>Stops the broker and starts it again with the same data on the same port. Faults and a pause stay.</summary>
    /// <param name="whileDown">Runs while clients cannot connect; null = nothing.</param>
    /// <param name="cancellationToken">Gives up the start; the broker is stopped then.</param>
    /// <exception cref="SluiceBrokerException">Another program has taken the port meanwhile.</exception>
    public async Task RestartAsync(Func<Task>? whileDown = null, CancellationToken cancellationToken = default)
    {
        _ = Server;
        await StopServerAsync().ConfigureAwait(false);
        if (whileDown is not null) await whileDown().ConfigureAwait(false);
        await StartServerAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the broker answer nobody until <see cref="Resume"/>: connections stay open, as with a program that hangs.</summary>
    /// <remarks>Clients wait until their own timeouts. The test's own view (<see cref="Topic"/>, <see cref="Group"/>) stays open.</remarks>
    public void Pause()
    {
        _ = Server;
        _interceptor.Pause();
    }

    /// <summary>Has a paused broker go on with what waits, and with everything else. Nothing happens if it is not paused.</summary>
    public void Resume()
    {
        _ = Server;
        _interceptor.Resume();
    }

    /// <summary>The disk under the broker: full or slow, when the test says so.</summary>
    public BrokerDisk Disk
    {
        get
        {
            ThrowIfDisposed();
            return _disk;
        }
    }

    /// <summary>Injects a fault from now on.</summary>
    /// <param name="fault">Made by <see cref="Fault.On"/>. Of several that match a request, the one added first acts.</param>
    /// <returns>Counts what the fault does, and ends it.</returns>
    /// <exception cref="SluiceBrokerException">The fault could never act as it is meant: its topic is not there, or requests of its API name no topics.</exception>
    public InjectedFault AddFault(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        _ = Server;
        if (fault.Trigger.TopicName is { } topic)
        {
            if (!RequestTopics.AreLookedAt(fault.Trigger.Api))
                throw new SluiceBrokerException($"The fault '{fault}' can never act: requests of {fault.Trigger.Api} name no topics. Leave Topic(\"{topic}\") out.");
            if (!fault.Trigger.TopicMayBeMissing) ThrowIfNoTopic(topic);
        }
        return _faults.Add(fault);
    }

    /// <summary>Throws if the topic is not there, with the names of those that are.</summary>
    internal void ThrowIfNoTopic(string name)
    {
        TopicTable topics = Server.Topics;
        if (topics.Find(name) is not null) return;
        string[] names = [.. topics.All.Where(static topic => !topic.IsInternal).Select(static topic => topic.Name).Order(StringComparer.Ordinal)];
        string known = names.Length switch
        {
            0 => "it has none",
            <= NamedTopicsMax => $"it has {string.Join(", ", names)}",
            _ => $"it has {string.Join(", ", names.Take(NamedTopicsMax))} and {names.Length - NamedTopicsMax} more",
        };
        throw new SluiceBrokerException($"The broker has no topic '{name}'; {known}. {nameof(SluiceBrokerOptions.WithTopic)} makes topics at the start.");
    }

    private async Task SecureAsync(CancellationToken cancellationToken)
    {
        if (_options.Users.Count + _options.Acls.Count + _options.Quotas.Count == 0) return;
        try
        {
            await AskAsync((cluster, token) => _security.ApplyAsync(new AdminClient(cluster), token), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException refused) when (refused.Error is ErrorCode.InvalidRequest or ErrorCode.UnacceptableCredential)
        {
            throw new SluiceBrokerException($"A user, ACL or quota cannot be made: {refused.Message}", refused);
        }
    }

    private async Task MakeTopicAsync(TopicPlan plan, CancellationToken cancellationToken)
    {
        if (Server.Topics.Find(plan.Name) is { } existing)
        {
            if (existing.Partitions.Length == plan.PartitionsCount) return;
            throw new SluiceBrokerException($"The data directory holds a topic '{plan.Name}' with {existing.Partitions.Length} partitions; {plan.PartitionsCount} are asked for.");
        }
        NewTopic topic = new(plan.Name, plan.PartitionsCount, 1, plan.Settings.ToDictionary(static setting => setting.Name, static setting => setting.Value));
        try
        {
            await AskAsync((cluster, token) => new AdminClient(cluster).CreateTopicAsync(topic, token), cancellationToken).ConfigureAwait(false);
        }
        catch (KafkaException refused) when (refused.Error is ErrorCode.InvalidTopicException or ErrorCode.InvalidConfig)
        {
            throw new SluiceBrokerException($"The topic '{plan.Name}' cannot be made: {refused.Message}", refused);
        }
    }
}
