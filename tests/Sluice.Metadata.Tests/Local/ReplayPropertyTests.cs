using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Metadata.Local;
using Sluice.Metadata.Quotas;
using Sluice.Metadata.Scram;
using Sluice.Metadata.Tokens;
using Sluice.Protocol.Sasl;

namespace Sluice.Metadata.Tests.Local;

/// <summary>Random histories: what the files give back is always what the store had in memory.</summary>
public sealed class ReplayPropertyTests
{
    // Every commit is flushed to the device, so a few dozen histories take about a second; a failure prints the seed to replay.
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(30).WithEndSize(40);

    [Fact]
    public void Every_history_is_the_same_after_any_number_of_restarts() => Check.One(s_config, Prop.ForAll(Histories(), history =>
    {
        using var directory = new TemporaryDirectory();
        string live = RunAsync(directory, history).GetAwaiter().GetResult();
        for (int restart = 0; restart < 2; restart++)
        {
            LocalMetadataStore store = Stores.OpenAsync(directory).GetAwaiter().GetResult();
            string replayed = store.Current.Text();
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            replayed.ShouldBe(live);
        }
    }));

    [Fact]
    public void Replaying_a_log_onto_the_state_that_it_led_to_changes_nothing() => Check.One(s_config, Prop.ForAll(Histories(), history =>
    {
        using var directory = new TemporaryDirectory();
        RunAsync(directory, history with { CompactAfterBytes = long.MaxValue / 2 }).GetAwaiter().GetResult();
        byte[] log = File.ReadAllBytes(directory.LogPath);

        MetadataImage once = LogReplay.Run(new MetadataFile("log", log), image: null).Image;
        MetadataImage twice = LogReplay.Run(new MetadataFile("log", log), once).Image;
        twice.ShouldBeSameAs(once);
    }));

    [Fact]
    public void A_snapshot_with_the_rest_of_the_log_is_the_whole_log() => Check.One(s_config, Prop.ForAll(Histories(), history =>
    {
        using var directory = new TemporaryDirectory();
        string live = RunAsync(directory, history with { CompactAfterBytes = long.MaxValue / 2 }).GetAwaiter().GetResult();
        byte[] log = File.ReadAllBytes(directory.LogPath);

        // A snapshot of some states on the way, read back, then brought up to the end by the whole log.
        MetadataImage[] states = [.. StatesOf(log)];
        foreach (MetadataImage state in states.Where((_, index) => index % 7 == 0 || index == states.Length - 1))
        {
            byte[] snapshot = SnapshotWriter.Write(state).WrittenSpan.ToArray();
            MetadataImage read = SnapshotReader.Read(new MetadataFile("snapshot", snapshot));
            read.Text().ShouldBe(state.Text());
            LogReplay.Run(new MetadataFile("log", log), read).Image.Text().ShouldBe(live);
        }
    }));

    private static IEnumerable<MetadataImage> StatesOf(byte[] log)
    {
        var file = new MetadataFile("log", log);
        MetadataImage image = MetadataImage.Empty(file.ReadHeader(MetadataFileHeader.KindLog).ClusterId);
        yield return image;
        while (!file.IsAtEnd)
        {
            image = image.Apply(file.ReadFrame(MetadataJson.Default.MetadataCommit).Changes);
            yield return image;
        }
    }

    private static async Task<string> RunAsync(TemporaryDirectory directory, History history)
    {
        await using LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: history.CompactAfterBytes);
        int step = 0;
        foreach (int choice in history.Choices)
        {
            await store.CommitAsync(ChangesFor(store.Current, choice, ++step));
        }
        return store.Current.Text();
    }

    /// <summary>Turns a number into changes that fit to the image: the history itself is nothing but numbers, which shrink well.</summary>
    private static MetadataChange[] ChangesFor(MetadataImage image, int choice, int step)
    {
        TopicImage[] topics = [.. image.TopicsByName.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
        TopicImage? topic = topics.Length == 0 ? null : topics[choice / 8 % topics.Length];
        string key = $"key.{choice / 8 % 3}";
        return (choice % 12) switch
        {
            0 or 1 => [Stores.Topic($"topic-{step}", step, (choice / 8 % 4) + 1)],
            2 when topic is not null => [new TopicDeleted(topic.Name, topic.Id), Stores.Topic(topic.Name, step)],
            3 when topic is not null => [new TopicDeleted(topic.Name, topic.Id)],
            4 when topic is not null => [new PartitionsAdded(topic.Id, [PartitionImage.OnOneBroker(topic.Partitions.Length, 1)])],
            5 when topic is not null => [Stores.Configs(ConfigResource.Topic(topic.Name), (key, $"\"{step}\" \u00e4\n"))],
            6 => [new ConfigsChanged(ConfigResource.Broker(1), ImmutableDictionary<string, string>.Empty.Add(key, $"{step}"), [$"key.{choice / 24 % 3}"])],
            7 => [new ClientQuotasChanged(new ClientQuotaEntity($"user-{choice / 8 % 3}", null, null), ClientQuotaLimits.None with { RequestPercentage = step % 4 == 0 ? null : step / 3.0 })],
            8 => ScramChange(image, choice / 8 % 3, step),
            9 => TokenChange(image, choice / 8 % 3, step),
            10 => [new FeatureLevelSet($"feature-{choice / 8 % 3}", (short)(step % 3))],
            _ => [ProducerIdBlockAllocated.Next(image, 1)],
        };
    }

    private static MetadataChange[] ScramChange(MetadataImage image, int number, int step)
    {
        ScramUser user = new($"user-{number}", number == 0 ? ScramMechanism.Sha256 : ScramMechanism.Sha512);
        if (step % 3 == 0 && image.ScramCredentials.ContainsKey(user)) return [new ScramCredentialRemoved(user.Name, user.Mechanism)];
        byte[] key = new byte[ScramFormulas.KeyBytes(user.Mechanism)];
        return [ScramCredentialSet.Of(user.Name, new ScramCredential(user.Mechanism, [(byte)step], key, key, 4096 + step))];
    }

    private static MetadataChange[] TokenChange(MetadataImage image, int number, int step)
    {
        string id = $"token-{number}";
        if (step % 3 == 0 && image.DelegationTokens.ContainsKey(id)) return [new DelegationTokenRemoved(id)];
        return [new DelegationTokenSet(new DelegationToken(id, "User:a", "User:b", ["User:c"], 1, step + 2, step + 1))];
    }

    private static Arbitrary<History> Histories() =>
        Arb.From(
            Gen.Choose(0, 191).ListOf().SelectMany(choices => Gen.Elements(1L, 300L, 2000L, long.MaxValue / 2), (choices, bytes) => new History([.. choices], bytes)),
            history => Enumerable.Range(0, history.Choices.Length).Select(index => history with { Choices = history.Choices.RemoveAt(index) }));

    private sealed record History(ImmutableArray<int> Choices, long CompactAfterBytes)
    {
        public override string ToString() => $"[{string.Join(", ", Choices)}], snapshot after {CompactAfterBytes} bytes";
    }
}
