using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Broker.Security;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Broker.Tests.Security;

public sealed class ConnectionAccessTests : IAsyncDisposable
{
    private static readonly AccessControlEntry s_acl = new(AclResourceType.Topic, AclPatternType.Literal, "t", "User:alice", "*", AclOperation.Read, AclPermission.Allow);

    private readonly Store _store = new();
    private readonly ConnectionAccess _access;
    private readonly KafkaPrincipal _alice = KafkaPrincipal.User("alice");

    public ConnectionAccessTests() => _access = new ConnectionAccess(
        new AccessControl(_store, new AuthorizationSettings(FrozenSet<string>.Empty, AllowIfNoAcl: false), TimeProvider.System, NullLogger.Instance), IPAddress.Loopback);

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public void What_was_decided_holds_until_ACLs_or_principal_change()
    {
        MayRead(_alice).ShouldBeFalse();
        _store.Apply(new AclsCreated([s_acl]));
        MayRead(_alice).ShouldBeTrue();
        MayRead(KafkaPrincipal.User("bob")).ShouldBeFalse();
        MayRead(_alice).ShouldBeTrue();
        _store.Apply(new AclsCreated([s_acl with { Permission = AclPermission.Deny, Principal = "User:*" }]));
        MayRead(_alice).ShouldBeFalse();
    }

    [Fact]
    public void More_questions_than_are_kept_are_answered_alike()
    {
        _store.Apply(new AclsCreated([s_acl with { ResourceName = "t1", PatternType = AclPatternType.Prefixed }]));
        for (int round = 0; round < 2; round++)
        {
            for (int i = 0; i < 2 * ConnectionAccess.DecisionsMax; i++)
                _access.IsAllowed(_alice, AclOperation.Read, AclResourceType.Topic, $"t{i}", audit: null).ShouldBe($"t{i}".StartsWith("t1", StringComparison.Ordinal));
        }
        _access.IsAllowed(_alice, AclOperation.Read, AclResourceType.Topic, "t1" + new string('x', 30_000), audit: null).ShouldBeTrue();
    }

    [Fact]
    public void A_question_that_was_asked_before_allocates_nothing()
    {
        _store.Apply(new AclsCreated([s_acl]));
        for (int i = 0; i < 1000; i++) MayRead(_alice).ShouldBeTrue();
        long before = GC.GetAllocatedBytesForCurrentThread();
        bool all = true;
        for (int i = 0; i < 1000; i++) all &= _access.IsAllowed(_alice, AclOperation.Read, AclResourceType.Topic, "t", ApiKey.Fetch);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        all.ShouldBeTrue();
    }

    private bool MayRead(KafkaPrincipal principal) => _access.IsAllowed(principal, AclOperation.Read, AclResourceType.Topic, "t", ApiKey.Fetch);

    private sealed class Store : IMetadataStore
    {
        public MetadataImage Current { get; private set; } = MetadataImage.Empty("test");

        public void Apply(MetadataChange change) => Current = Current.Apply([change]);

        public ValueTask<CommitResult> CommitAsync(IReadOnlyList<MetadataChange> changes, long expectedVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IDisposable Subscribe(IMetadataObserver observer, out MetadataImage current) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
