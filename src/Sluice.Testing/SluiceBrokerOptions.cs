using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Sluice.Testing;

/// <summary>What a test wants of its broker. Each method changes the options and returns them.</summary>
/// <remarks>Not safe for several threads; not to be changed once the broker was started.</remarks>
public sealed partial class SluiceBrokerOptions
{
    internal List<TopicPlan> Topics { get; } = [];

    internal List<KeyValuePair<string, string>> Settings { get; } = [];

    internal List<Fault> Faults { get; } = [];

    internal TimeProvider Time { get; private set; } = TimeProvider.System;

    internal ILoggerFactory LoggerFactory { get; private set; } = NullLoggerFactory.Instance;

    internal string? DataDirectory { get; private set; }

    internal int Port { get; private set; }

    internal int Seed { get; private set; }

    /// <summary>For how long, in real time, the broker's clock may stand still while the broker owes the test kit an answer.</summary>
    internal TimeSpan GivesUpAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Has a topic ready when the broker is: made if the data directory does not hold it yet.</summary>
    /// <param name="name">1 to 249 letters, digits, dots, underscores and dashes.</param>
    /// <param name="partitions">1 or more.</param>
    /// <param name="settings">Settings of the topic by Kafka's names, such as <c>("retention.ms", "60000")</c>.</param>
    public SluiceBrokerOptions WithTopic(string name, int partitions = 1, params (string Name, string Value)[] settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(partitions, 1);
        ArgumentNullException.ThrowIfNull(settings);
        if (Topics.Exists(topic => topic.Name == name)) throw new ArgumentException($"The topic '{name}' is asked for twice.", nameof(name));
        Topics.Add(new TopicPlan(name, partitions, settings));
        return this;
    }

    /// <summary>Gives the broker a setting, by the name that it has in Kafka's <c>server.properties</c>.</summary>
    /// <param name="name">Such as <c>auto.create.topics.enable</c>; checked when the broker starts.</param>
    /// <param name="value">As it would stand in the file. Of two values for one name the later counts.</param>
    public SluiceBrokerOptions WithSetting(string name, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(value);
        Settings.Add(new(name, value));
        return this;
    }

    /// <summary>Makes the test's clock the broker's: record timestamps, retention, sessions, timeouts and injected delays go by it.</summary>
    /// <param name="time">Usually a <c>FakeTimeProvider</c>. Clients keep the system's clock: what a client waits for in real time while this one stands still may never come.</param>
    /// <remarks>What becomes due when the test moves the clock is done on other threads, soon after the call that moves it has returned.</remarks>
    public SluiceBrokerOptions WithTimeProvider(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        Time = BrokerClock.Of(time);
        return this;
    }

    /// <summary>Has the broker's log written to the test's.</summary>
    /// <param name="loggerFactory">Borrowed until the broker is disposed. By default nothing is logged.</param>
    public SluiceBrokerOptions WithLoggerFactory(ILoggerFactory loggerFactory)
    {
        ArgumentNullException.ThrowIfNull(loggerFactory);
        LoggerFactory = loggerFactory;
        return this;
    }

    /// <summary>Keeps the data in a directory of the test's own, which stays when the broker is disposed.</summary>
    /// <param name="path">Made if it is not there; without commas. By default a temporary directory is made and removed.</param>
    public SluiceBrokerOptions WithDataDirectory(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (path.Contains(',', StringComparison.Ordinal)) throw new ArgumentException("The path of a data directory cannot hold a comma: Kafka separates directories by it.", nameof(path));
        DataDirectory = Path.GetFullPath(path);
        return this;
    }

    /// <summary>Listens on a certain port of the loopback address.</summary>
    /// <param name="port">1 to 65535. By default a free one is taken, which is what lets tests run side by side.</param>
    public SluiceBrokerOptions WithPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        Port = port;
        return this;
    }

    /// <summary>Decides what faults with a probability do: the same requests meet the same luck again under the same seed.</summary>
    /// <param name="seed">Any number; 0 by default.</param>
    public SluiceBrokerOptions WithSeed(int seed)
    {
        Seed = seed;
        return this;
    }

    /// <summary>Injects a fault from the start on.</summary>
    /// <param name="fault">Made by <see cref="Fault.On"/>. Of several that match a request, the one added first acts.</param>
    public SluiceBrokerOptions WithFault(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        Faults.Add(fault);
        return this;
    }
}
