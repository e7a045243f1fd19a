using Sluice.Metadata.Acls;
using Sluice.Metadata.Kafka;
using Sluice.Protocol;
using Sluice.Protocol.Messages;

namespace Sluice.Metadata.Tests.Acls;

public sealed class AclChangeTests
{
    private static readonly MetadataImage s_empty = MetadataImage.Empty(Stores.ClusterId);

    private static readonly AccessControlEntry s_read = new(
        AclResourceType.Topic, AclPatternType.Literal, "orders", "User:alice", "*", AclOperation.Read, AclPermission.Allow);

    private static readonly AccessControlEntry s_prefixed = s_read with { PatternType = AclPatternType.Prefixed, ResourceName = "ord", Principal = "User:*" };

    [Fact]
    public void ACLs_are_found_by_what_they_are_written_for()
    {
        AclImage acls = s_empty.Apply([new AclsCreated([s_read, s_prefixed, s_read with { Operation = AclOperation.Write }])]).Acls;
        acls.Count.ShouldBe(3);
        acls.EntriesOf(s_read.Resource).Count.ShouldBe(2);
        acls.EntriesOf(s_prefixed.Resource).ShouldBe([s_prefixed]);
        acls.EntriesOf(new AclResource(AclResourceType.Group, AclPatternType.Literal, "orders")).ShouldBeEmpty();
        acls.PrefixLengthsOf(AclResourceType.Topic).ShouldBe([3]);
        acls.PrefixLengthsOf(AclResourceType.Group).ShouldBeEmpty();
    }

    [Fact]
    public void Making_what_is_there_and_deleting_what_is_not_changes_nothing()
    {
        MetadataImage image = s_empty.Apply([new AclsCreated([s_read, s_read])]);
        image.Acls.Count.ShouldBe(1);
        image.Apply([new AclsCreated([s_read])]).Acls.ShouldBeSameAs(image.Acls);
        image.Apply([new AclsDeleted([s_prefixed])]).Acls.ShouldBeSameAs(image.Acls);
        image.Apply([Stores.Topic("orders", 1)]).Acls.ShouldBeSameAs(image.Acls, "what was decided by it still holds");
        image.Apply([new AclsDeleted([s_read])]).Acls.All.ShouldBeEmpty();
    }

    [Fact]
    public void The_lengths_of_prefixes_go_with_the_last_ACL_of_that_length()
    {
        AccessControlEntry other = s_prefixed with { ResourceName = "inv" };
        MetadataImage image = s_empty.Apply([new AclsCreated([s_prefixed, other, s_prefixed with { Host = "10.0.0.1" }])]);
        image = image.Apply([new AclsDeleted([other, s_prefixed])]);
        image.Acls.PrefixLengthsOf(AclResourceType.Topic).ShouldBe([3]);
        image.Apply([new AclsDeleted([s_prefixed with { Host = "10.0.0.1" }])]).Acls.PrefixLengthsOf(AclResourceType.Topic).ShouldBeEmpty();
    }

    [Fact]
    public void An_ACL_that_makes_no_sense_is_no_change()
    {
        Should.Throw<MetadataChangeException>(() => s_empty.Apply([new AclsCreated([s_read with { Principal = "alice" }])]))
            .Message.ShouldBe("Could not parse principal from `alice` (no colon is present separating the principal type from the principal name).");
        Should.Throw<MetadataChangeException>(() => s_empty.Apply([new AclsCreated([])]));
        Should.Throw<MetadataChangeException>(() => s_empty.Apply([new AclsDeleted([])]));
    }

    [Fact]
    public async Task ACLs_have_these_bytes_and_come_back_from_log_and_snapshot()
    {
        using var directory = new TemporaryDirectory();
        string text;
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory))
        {
            await store.CommitAsync(new AclsCreated([s_read]));
            await store.CommitAsync(new AclsCreated([s_prefixed with { Permission = AclPermission.Deny }]));
            text = store.Current.Text();
        }
        (await File.ReadAllLinesAsync(directory.LogPath, TestContext.Current.CancellationToken))[1][18..].ShouldBe(
            """{"version":1,"timeMs":1893456000000,"changes":[{"type":"AclsCreated","entries":[{"resourceType":"Topic","patternType":"Literal","resourceName":"orders","""
            + """ "principal":"User:alice","host":"*","operation":"Read","permission":"Allow"}]}]}""".TrimStart());
        await using (LocalMetadataStore store = await Stores.OpenAsync(directory, compactAfterBytes: 1))
        {
            store.Current.Text().ShouldBe(text);
            await store.CommitAsync(new AclsDeleted([s_read]));
        }

        File.Exists(directory.SnapshotPath).ShouldBeTrue();
        await using LocalMetadataStore again = await Stores.OpenAsync(directory);
        again.Current.Acls.All.ShouldBe([s_prefixed with { Permission = AclPermission.Deny }]);
    }

    [Fact]
    public void ACLs_that_Kafka_left_are_the_image_s_own_and_others_stay_as_they_are()
    {
        KafkaRecord known = Record(new AccessControlEntryRecord
        {
            Id = new Uuid(1, 1), ResourceType = 2, ResourceName = "orders", PatternType = 3, Principal = "User:alice", Host = "*", Operation = 3, PermissionType = 3,
        });
        KafkaRecord unknown = Record(new AccessControlEntryRecord { ResourceType = 99, ResourceName = "x", PatternType = 3, Principal = "User:a", Host = "*", Operation = 3, PermissionType = 3 });
        MetadataImage image = s_empty.Apply([new KafkaTakenOver(1, 30, 72, 3, [known, unknown, new KafkaRecord("AccessControlEntryRecord", 18, 0, "BA==")])]);

        image.Acls.All.ShouldBe([s_read]);
        image.TakenOver!.Kept.ShouldBe([unknown, new KafkaRecord("AccessControlEntryRecord", 18, 0, "BA==")]);
        image.Apply([new AclsDeleted([s_read])]).Acls.Count.ShouldBe(0);
    }

    private static KafkaRecord Record(AccessControlEntryRecord message)
    {
        byte[] body = new byte[message.Measure(0)];
        var writer = new MessageWriter(body);
        message.Write(ref writer, 0);
        return new KafkaRecord(nameof(AccessControlEntryRecord), AccessControlEntryRecord.RecordType, 0, Convert.ToBase64String(body));
    }
}
