using System.Collections.Frozen;
using System.Net;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Broker.Security;
using Sluice.Metadata;
using Sluice.Metadata.Acls;
using Sluice.Protocol;

namespace Sluice.Bench.Micro.Broker;

/// <summary>What it costs to ask whether a client may write to a topic: decided before on its connection, and decided anew.</summary>
[MemoryDiagnoser]
public class AuthorizationBenchmarks
{
    private const string Topic = "orders-of-the-european-shop";

    private static readonly IPAddress s_address = IPAddress.Parse("10.0.0.1");

    private ConnectionAccess _open = null!;
    private ConnectionAccess _access = null!;
    private Authorizer _authorizer = null!;
    private ClientHost _host;

    /// <summary>ACLs of the cluster: each for a topic of its own, a tenth of them prefixed; one allows what is asked.</summary>
    [Params(10, 10_000)]
    public int Acls { get; set; } = 10;

    [GlobalSetup]
    public void Setup()
    {
        AccessControlEntry allowing = new(
            AclResourceType.Topic, AclPatternType.Literal, Topic, "User:ANONYMOUS", AccessControlEntry.Wildcard, AclOperation.Write, AclPermission.Allow);
        MetadataImage image = MetadataImage.Empty("bench").Apply([new AclsCreated(
        [
            allowing,
            .. Enumerable.Range(1, Acls - 1).Select(i => allowing with
            {
                ResourceName = $"topic-{i}", PatternType = i % 10 == 0 ? AclPatternType.Prefixed : AclPatternType.Literal, Principal = $"User:{i}",
            }),
        ])]);
        var settings = new AuthorizationSettings(FrozenSet<string>.Empty, AllowIfNoAcl: false);
        _open = new ConnectionAccess(new AccessControl(new FixedStore(image), settings: null, TimeProvider.System, NullLogger.Instance), s_address);
        _access = new ConnectionAccess(new AccessControl(new FixedStore(image), settings, TimeProvider.System, NullLogger.Instance), s_address);
        _authorizer = new Authorizer(image.Acls, settings.SuperUsers, settings.AllowIfNoAcl);
        _host = ClientHost.From(s_address);
    }

    /// <summary>No authorizer is set.</summary>
    [Benchmark(Baseline = true)]
    public bool Open() => _open.IsAllowed(KafkaPrincipal.Anonymous, AclOperation.Write, AclResourceType.Topic, Topic, ApiKey.Produce);

    /// <summary>What every Produce and Fetch after the first pays per topic.</summary>
    [Benchmark]
    public bool DecidedBefore() => _access.IsAllowed(KafkaPrincipal.Anonymous, AclOperation.Write, AclResourceType.Topic, Topic, ApiKey.Produce);

    /// <summary>What the first pays, and the next after any change of ACLs.</summary>
    [Benchmark]
    public bool DecidedAnew() => _authorizer.Decide("User:ANONYMOUS", _host, AclOperation.Write, AclResourceType.Topic, Topic).IsAllowed;

    private sealed class FixedStore(MetadataImage image) : IMetadataStore
    {
        public MetadataImage Current => image;

        public ValueTask<CommitResult> CommitAsync(IReadOnlyList<MetadataChange> changes, long expectedVersion, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IDisposable Subscribe(IMetadataObserver observer, out MetadataImage current) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
