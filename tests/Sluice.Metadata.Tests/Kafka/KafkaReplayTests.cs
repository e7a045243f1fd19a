using Sluice.Metadata.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Tests.Kafka;

/// <summary>What each kind of record does.</summary>
public sealed class KafkaReplayTests
{
    private static readonly Uuid s_orders = new(1, 1);
    private static readonly Uuid s_other = new(1, 2);

    [Fact]
    public void A_topic_has_its_id_its_partitions_and_its_settings()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(KafkaLogBuilder.Topic("orders", s_orders, partitionsCount: 2, leaderEpoch: 4))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "retention.ms", "5"))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "retention.ms", "6"))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "segment.bytes", "7"))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "segment.bytes", null)));

        KafkaTopic topic = metadata.Topics.ShouldHaveSingleItem();
        (topic.Name, topic.Id, topic.Partitions.Length).ShouldBe(("orders", s_orders, 2));
        topic.Partitions.Select(static partition => (partition.Index, partition.LeaderEpoch, partition.PartitionEpoch)).ShouldBe([(0, 4, 4), (1, 4, 4)]);
        topic.Partitions[1].Replicas.ShouldBe([1]);
        metadata.Configs.Select(static config => (config.ResourceName, config.Key, config.Value)).ShouldBe([("orders", "retention.ms", "6")]);
    }

    [Fact]
    public void A_deleted_topic_is_gone_with_its_settings_and_its_name_is_free()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(KafkaLogBuilder.Topic("orders", s_orders))
            .Append(KafkaLogBuilder.Config(ConfigResourceType.Topic, "orders", "retention.ms", "5"))
            .Append(new RemoveTopicRecord { TopicId = s_orders })
            .Append(KafkaLogBuilder.Topic("orders", s_other)));

        metadata.Topics.ShouldHaveSingleItem().Id.ShouldBe(s_other);
        metadata.Configs.ShouldBeEmpty();
    }

    [Fact]
    public void Setting_a_leader_begins_an_epoch_and_any_change_counts_for_the_partition()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(KafkaLogBuilder.Topic("orders", s_orders))
            .Append(new PartitionChangeRecord { PartitionId = 0, TopicId = s_orders, Leader = -1 })
            .Append(new PartitionChangeRecord { PartitionId = 0, TopicId = s_orders, Leader = 1 })
            .Append(new PartitionChangeRecord { PartitionId = 0, TopicId = s_orders, Leader = 1 })
            .Append(new PartitionChangeRecord { PartitionId = 0, TopicId = s_orders, Isr = [1], Replicas = [1, 2] }));

        KafkaPartition partition = metadata.Topics[0].Partitions[0];
        (partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch).ShouldBe((1, 3, 4));
        partition.Replicas.ShouldBe([1, 2]);
    }

    [Fact]
    public void Records_of_an_aborted_metadata_transaction_and_of_one_without_an_end_do_not_count()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(new BeginTransactionRecord()).Append(KafkaLogBuilder.Topic("aborted", s_orders)).Append(new AbortTransactionRecord { Reason = "no" })
            .Append(new BeginTransactionRecord()).Append(KafkaLogBuilder.Topic("done", s_other)).Append(new EndTransactionRecord())
            .Append(new BeginTransactionRecord()).Append(KafkaLogBuilder.Topic("open", new Uuid(1, 3))));

        metadata.Topics.Select(static topic => topic.Name).ShouldBe(["done"]);
    }

    [Fact]
    public void Users_rules_and_quotas_are_kept_as_they_were_written_and_removed_ones_are_not()
    {
        var credential = new UserScramCredentialRecord { Name = "alice", Mechanism = 1, Salt = new byte[] { 1, 2 }, StoredKey = new byte[] { 3 }, ServerKey = new byte[] { 4 }, Iterations = 8192 };
        var rule = new AccessControlEntryRecord { Id = s_orders, ResourceType = 2, ResourceName = "orders", PatternType = 3, Principal = "User:alice", Host = "*", Operation = 3, PermissionType = 3 };
        ClientQuotaRecord quota = Quota("producer_byte_rate", 1000, ("user", "alice"), ("client-id", null));
        KafkaMetadata metadata = Read(log => log
            .Append(credential, new UserScramCredentialRecord { Name = "bob", Mechanism = 2, Iterations = 4096 })
            .Append(new RemoveUserScramCredentialRecord { Name = "bob", Mechanism = 2 })
            .Append(rule, new AccessControlEntryRecord { Id = s_other, ResourceName = "x", Principal = "User:x", Host = "*" })
            .Append(new RemoveAccessControlEntryRecord { Id = s_other })
            .Append(Quota("producer_byte_rate", 1, ("client-id", null), ("user", "alice")), quota)
            .Append(Quota("consumer_byte_rate", 5, ("user", null)))
            .Append(Quota("consumer_byte_rate", 5, ("user", null), remove: true)));

        metadata.Kept.Select(static record => record.ToString()).ShouldBe(
        [
            "FeatureLevelRecord version 0", "FeatureLevelRecord version 0", "UserScramCredentialRecord version 0", "AccessControlEntryRecord version 0", "ClientQuotaRecord version 0",
        ]);
        Convert.FromBase64String(metadata.Kept[2].Body).ShouldBe(KafkaLogBuilder.Body(credential, 0));
        Convert.FromBase64String(metadata.Kept[3].Body).ShouldBe(KafkaLogBuilder.Body(rule, 0));
        Convert.FromBase64String(metadata.Kept[4].Body).ShouldBe(KafkaLogBuilder.Body(quota, 0));
        metadata.Kept[2].Type.ShouldBe(UserScramCredentialRecord.RecordType);
    }

    [Fact]
    public void A_default_and_a_name_are_different_entities_of_a_quota()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(Quota("request_percentage", 1, ("user", null)), Quota("request_percentage", 2, ("user", "")), Quota("request_percentage", 3, ("user", "default")))
            .Append(Quota("request_percentage", 0, ("user", ""), remove: true)));

        metadata.Kept.Count(static record => record.Type == ClientQuotaRecord.RecordType).ShouldBe(2);
    }

    [Fact]
    public void Registrations_tell_brokers_and_their_log_directories()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(KafkaLogBuilder.Broker(2, s_orders), KafkaLogBuilder.Broker(3))
            .Append(new BrokerRegistrationChangeRecord { BrokerId = 2, Fenced = -1, LogDirs = [s_orders, s_other] })
            .Append(new BrokerRegistrationChangeRecord { BrokerId = 2, Fenced = 1 })
            .Append(new UnregisterBrokerRecord { BrokerId = 3 }));

        metadata.Brokers.Select(static broker => broker.Id).ShouldBe([1, 2]);
        metadata.Brokers[1].LogDirectories.ShouldBe([s_orders, s_other]);
        metadata.Voters.ShouldBe([1]);
    }

    [Fact]
    public void Producer_ids_tokens_and_the_migration_are_followed()
    {
        KafkaMetadata metadata = Read(log => log
            .Append(new ProducerIdsRecord { BrokerId = 1, NextProducerId = 1000 }, new ProducerIdsRecord { BrokerId = 1, NextProducerId = 3000 })
            .Append(new DelegationTokenRecord { TokenId = "a" }, new DelegationTokenRecord { TokenId = "b" }, new RemoveDelegationTokenRecord { TokenId = "a" })
            .Append(new ZkMigrationStateRecord { ZkMigrationState = 2 })
            .Append(new ZkMigrationStateRecord { ZkMigrationState = 3 }, new NoOpRecord(), new ClearElrRecord(), new RegisterControllerRecord { ControllerId = 1 }));

        (metadata.NextProducerId, metadata.DelegationTokensCount, metadata.IsMigrating).ShouldBe((3000, 1, false));
    }

    [Fact]
    public void A_record_that_is_not_known_ends_the_reading_with_its_place()
    {
        Refusal(log => log.AppendRaw(KafkaLogBuilder.Frame(29, new NoOpRecord(), 0))).ShouldMatch(@"^/.*/00000000000000000000\.log, byte \d+: records of type 29 are not known: a newer Kafka wrote them$");
        Refusal(log => log.AppendRaw(KafkaLogBuilder.Frame(TopicRecord.RecordType, new NoOpRecord(), 0))).ShouldContain("cannot be read");
        byte[] version1 = KafkaLogBuilder.Frame(TopicRecord.RecordType, new TopicRecord { Name = "t", TopicId = s_orders }, 0);
        version1[2] = 1;
        Refusal(log => log.AppendRaw(version1)).ShouldEndWith("TopicRecord version 1 is not known: a newer Kafka wrote it");
        Refusal(log => log.AppendRaw([2, 2, 0])).ShouldEndWith("records have frame version 2, which is not known");
        Refusal(log => log.AppendRaw([[]])).ShouldContain("cannot be read");
    }

    [Fact]
    public void Records_that_cannot_follow_each_other_end_the_reading()
    {
        Refusal(log => log.Append(new RemoveTopicRecord { TopicId = s_orders })).ShouldContain("there is no topic with the id");
        Refusal(log => log.Append(KafkaLogBuilder.Topic("t", s_orders)).Append(KafkaLogBuilder.Topic("t", s_other))).ShouldContain("'t' is created although it is there");
        Refusal(log => log.Append(KafkaLogBuilder.Topic("t", s_orders)).Append(new PartitionChangeRecord { TopicId = s_orders, PartitionId = 1 })).ShouldContain("there is no such partition");
        Refusal(log => log.Append(new TopicRecord { Name = "t", TopicId = s_orders })).ShouldContain("does not describe every partition of the topic 't'");
        Refusal(log => log.Append(new EndTransactionRecord())).ShouldContain("ends that did not begin");
        Refusal(log => log.Append(new BeginTransactionRecord(), new BeginTransactionRecord())).ShouldContain("within another one");
        Refusal(log => log.Append(new ProducerIdsRecord { NextProducerId = 5 }, new ProducerIdsRecord { NextProducerId = 4 })).ShouldContain("go back from 5 to 4");
        Refusal(log => log.Append(new TopicRecord { Name = "../etc", TopicId = s_orders })).ShouldContain("invalid");
    }

    [Theory]
    [InlineData(6)]
    [InlineData(31)]
    public void A_metadata_version_outside_of_the_known_ones_is_refused(short level)
    {
        using var directory = new TemporaryDirectory();
        KafkaLogBuilder.OfOneNode(metadataVersion: level).WriteSegment(directory.Path);

        Should.Throw<KafkaMetadataException>(() => KafkaMetadataReader.Read(directory.Path, TestContext.Current.CancellationToken))
            .Message.ShouldEndWith($"is of metadata.version {level}, and known are 7 (3.3-IV3) to 30 (4.3-IV0)");
    }

    [Fact]
    public void A_directory_that_was_only_formatted_has_nothing_to_take_over()
    {
        using var directory = new TemporaryDirectory();
        new KafkaLogBuilder().Append(new NoOpRecord()).WriteSegment(directory.Path);

        Should.Throw<KafkaMetadataException>(() => KafkaMetadataReader.Read(directory.Path, TestContext.Current.CancellationToken)).Message.ShouldContain("never started");
    }

    private static ClientQuotaRecord Quota(string key, double value, (string Type, string? Name) first, (string Type, string? Name)? second = null, bool remove = false)
    {
        var record = new ClientQuotaRecord { Key = key, Value = value, Remove = remove };
        record.Entity.Add(new ClientQuotaRecord.EntityData { EntityType = first.Type, EntityName = first.Name });
        if (second is { } other) record.Entity.Add(new ClientQuotaRecord.EntityData { EntityType = other.Type, EntityName = other.Name });
        return record;
    }

    private static KafkaMetadata Read(Func<KafkaLogBuilder, KafkaLogBuilder> write)
    {
        using var directory = new TemporaryDirectory();
        write(KafkaLogBuilder.OfOneNode()).WriteSegment(directory.Path);
        return KafkaMetadataReader.Read(directory.Path, TestContext.Current.CancellationToken);
    }

    private static string Refusal(Func<KafkaLogBuilder, KafkaLogBuilder> write) => Should.Throw<KafkaMetadataException>(() => Read(write)).Message;
}
