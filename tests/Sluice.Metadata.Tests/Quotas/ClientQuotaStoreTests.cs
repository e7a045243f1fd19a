using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sluice.Metadata.Kafka;
using Sluice.Metadata.Quotas;
using Sluice.Metadata.Tests.Kafka;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Tests.Quotas;

public sealed class ClientQuotaStoreTests
{
    private static readonly ClientQuotaEntity s_alice = new("alice", null, null);
    private static readonly ClientQuotaLimits s_slow = ClientQuotaLimits.None with { ProducerByteRate = 1024, RequestPercentage = 12.5 };

    [Fact]
    public async Task Quotas_are_there_after_a_restart_and_in_a_snapshot_and_gone_when_taken_away()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            await store.CommitAsync(new ClientQuotasChanged(s_alice, s_slow), new ClientQuotasChanged(new ClientQuotaEntity("", "", null), s_slow));
            await store.CommitAsync(new ClientQuotasChanged(new ClientQuotaEntity(null, null, "10.0.0.1"), ClientQuotaLimits.None with { ConnectionCreationRate = 3 }));
        }
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            store.Current.ClientQuotas.Count.ShouldBe(3);
            store.Current.ClientQuotasOf(s_alice).ShouldBe(s_slow);
            await store.CommitAsync(new ClientQuotasChanged(new ClientQuotaEntity("", "", null), ClientQuotaLimits.None));
        }

        File.Exists(directory.SnapshotPath).ShouldBeTrue();
        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        again.Current.ClientQuotas.Count.ShouldBe(2);
        again.Current.ClientQuotasOf(s_alice).ShouldBe(s_slow);
        again.Current.ClientQuotasOf(new ClientQuotaEntity("", "", null)).IsNone.ShouldBeTrue();
    }

    [Fact]
    public async Task The_change_has_these_bytes()
    {
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory)) await store.CommitAsync(new ClientQuotasChanged(new ClientQuotaEntity("alice", "", null), s_slow));

        string[] lines = await File.ReadAllLinesAsync(directory.LogPath, TestContext.Current.CancellationToken);
        lines[1][18..].ShouldBe(
            """{"version":1,"timeMs":1893456000000,"changes":[{"type":"ClientQuotasChanged","entity":{"user":"alice","clientId":"","ip":null},"limits":{"producerByteRate":"""
            + """1024,"consumerByteRate":null,"requestPercentage":12.5,"controllerMutationRate":null,"connectionCreationRate":null}}]}""");
    }

    [Fact]
    public void A_change_that_makes_no_sense_is_refused()
    {
        MetadataImage image = MetadataImage.Empty(Stores.ClusterId);
        Refused(new ClientQuotaEntity(null, null, null), s_slow);
        Refused(new ClientQuotaEntity("alice", null, "10.0.0.1"), ClientQuotaLimits.None with { ConnectionCreationRate = 1 });
        Refused(new ClientQuotaEntity(null, "app", "10.0.0.1"), ClientQuotaLimits.None with { ConnectionCreationRate = 1 });
        Refused(new ClientQuotaEntity(null, null, "10.0.0.1"), s_slow);
        Refused(s_alice, ClientQuotaLimits.None with { ConnectionCreationRate = 1 });
        Refused(s_alice, ClientQuotaLimits.None with { ConsumerByteRate = 0 });
        Refused(s_alice, ClientQuotaLimits.None with { ConsumerByteRate = double.NaN });

        void Refused(ClientQuotaEntity entity, ClientQuotaLimits limits) => Should.Throw<MetadataChangeException>(() => image.Apply([new ClientQuotasChanged(entity, limits)]));
    }

    [Fact]
    public async Task Quotas_of_Kafka_are_quotas_and_what_is_not_known_stays_as_it_was_written()
    {
        ClientQuotaRecord[] known =
        [
            Record("producer_byte_rate", 1000, ("user", "alice"), ("client-id", null)),
            Record("consumer_byte_rate", 2000, ("client-id", null), ("user", "alice")),
            Record("connection_creation_rate", 5, ("ip", null)),
        ];
        ClientQuotaRecord[] unknown =
        [
            Record("from_the_future", 1, ("user", "alice")), Record("producer_byte_rate", 1, ("tenant", "x")), Record("producer_byte_rate", 1, ("ip", "10.0.0.1")),
        ];
        KafkaRecord credential = new("UserScramCredentialRecord", UserScramCredentialRecord.RecordType, 0, "AQID");
        KafkaTakenOver takenOver = new(1, 30, 72, 3, [credential, .. known.Concat(unknown).Select(Kept)]);
        using var directory = new TemporaryDirectory();
        await using (LocalMetadataStore store = await LocalMetadataStore.BeginAsync(
            new LocalMetadataStoreOptions { Directory = directory.Path, ClusterId = Stores.ClusterId, CompactAfterBytes = 1 },
            [takenOver],
            new FakeTimeProvider(Stores.Start),
            NullLoggerFactory.Instance,
            TestContext.Current.CancellationToken))
        {
            store.Current.ClientQuotasOf(new ClientQuotaEntity("alice", "", null)).ShouldBe(ClientQuotaLimits.None with { ProducerByteRate = 1000, ConsumerByteRate = 2000 });
            store.Current.ClientQuotasOf(new ClientQuotaEntity(null, null, "")).ShouldBe(ClientQuotaLimits.None with { ConnectionCreationRate = 5 });
            store.Current.ClientQuotas.Count.ShouldBe(2);
            store.Current.TakenOver.ShouldNotBeNull().Kept.ShouldBe([credential, .. unknown.Select(Kept)]);

            // What is taken away does not come back with the snapshot, which holds what was taken over as well.
            await store.CommitAsync(new ClientQuotasChanged(new ClientQuotaEntity(null, null, ""), ClientQuotaLimits.None));
        }

        File.Exists(directory.SnapshotPath).ShouldBeTrue();
        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        again.Current.ClientQuotas.Keys.ShouldBe([new ClientQuotaEntity("alice", "", null)]);
    }

    private static KafkaRecord Kept(ClientQuotaRecord record) =>
        new(nameof(ClientQuotaRecord), ClientQuotaRecord.RecordType, 0, Convert.ToBase64String(KafkaLogBuilder.Body(record, 0)));

    private static ClientQuotaRecord Record(string key, double value, params (string Type, string? Name)[] entity)
    {
        ClientQuotaRecord record = new() { Key = key, Value = value };
        foreach ((string type, string? name) in entity) record.Entity.Add(new ClientQuotaRecord.EntityData { EntityType = type, EntityName = name });
        return record;
    }
}
